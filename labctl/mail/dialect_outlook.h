#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Microsoft 365 and Outlook.com: no authserv-id, "dmarc=fail action=quarantine header.from=…", and a method of its
/// own, "compauth=fail reason=001" ("compauth", "compauth.reason"). "action" is the disposition; "oreject" overrides a
/// reject policy and files as spam instead, "pct.…" delivers since the policy's pct spared the message.
AuthReading read_outlook(const AuthenticationResults& trusted);

}  // namespace labctl::mail
