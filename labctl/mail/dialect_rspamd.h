#pragma once

#include <optional>
#include <string>

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Rspamd 3.4: "(policy=quarantine)" is a comment behind dmarc's properties; the order of methods is not stable.
/// The reason says what did not align: "SPF not aligned (relaxed), No valid DKIM".
AuthReading read_rspamd(const AuthenticationResults& trusted);
std::optional<std::string> cause_rspamd(const Message& message);

}  // namespace labctl::mail
