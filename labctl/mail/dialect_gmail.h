#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Gmail and Google Workspace: "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=…": the policy, that for
/// subdomains and the disposition stand in a comment. Until 2014 the envelope From was "smtp.mail".
AuthReading read_gmail(const AuthenticationResults& trusted);

}  // namespace labctl::mail
