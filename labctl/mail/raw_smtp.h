#pragma once

#include "labctl/mail/smtp.h"

namespace labctl::mail {

/// Sends a message byte by byte as it is, over a plain connection: for attacks that libcurl would not send (bare line
/// ends, odd envelope addresses). Envelope and data are not checked, and no dot is doubled; at the end of the data
/// stands CR LF . CR LF. What the server took for further commands inside of the data it answers too: the transcript's
/// reply and queue ID are those of the last message that it was given. Errors: no connection, timeout.
Result<SmtpTranscript> send_raw(const SmtpSubmission& submission);

}  // namespace labctl::mail
