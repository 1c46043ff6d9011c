#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Yahoo and AOL: "dmarc=pass(p=NONE,sp=QUARANTINE) header.from=…", a semicolon at the end. "unknown" is none, and in
/// 2020 "dkim=dkim_pass" and "dmarc=success" were a pass. A field of 2020 with "spfDomain=… spfResult=pass" is read so
/// far; its DKIM results stand before the first semicolon and are told as a defect.
AuthReading read_yahoo(const AuthenticationResults& trusted);

}  // namespace labctl::mail
