#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Postfix's policyd-spf: SPF alone, "spf=pass (sender SPF authorized) smtp.mailfrom=DOMAIN (client-ip=…; helo=…;
/// envelope-from=…; receiver=…)": what was looked at stands in a comment: "spf.client-ip", "spf.helo",
/// "spf.envelope-from".
AuthReading read_policyd_spf(const AuthenticationResults& trusted);

}  // namespace labctl::mail
