#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// OpenDMARC beside OpenDKIM: "dmarc=fail (p=reject dis=none) header.from=…", each milter in a field of its own. "dis"
/// is what OpenDMARC itself did: "none" unless RejectFailures (reject) or HoldQuarantinedMessages (quarantine) is on.
AuthReading read_opendmarc(const AuthenticationResults& trusted);

}  // namespace labctl::mail
