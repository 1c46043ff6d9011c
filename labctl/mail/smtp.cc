#include "labctl/mail/smtp.h"

#include <array>

#include "labctl/mail/raw_smtp.h"
#include "labctl/mail/smtp_connection.h"

namespace labctl::mail {

std::string_view name_of(SmtpStage stage) {
  static constexpr std::array<std::string_view, 8> kNames{"connect",   "EHLO",    "STARTTLS", "AUTH",
                                                          "MAIL FROM", "RCPT TO", "DATA",     "end of data"};
  return kNames[static_cast<std::size_t>(stage)];
}

Result<SmtpTranscript> send(const SmtpSubmission& submission) {
  if (submission.raw) return send_raw(submission);
  return SmtpConnection(submission).send(submission, SmtpConnection::After::quit);
}

}  // namespace labctl::mail
