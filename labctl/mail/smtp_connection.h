#pragma once

#include <memory>

#include "labctl/mail/smtp.h"

namespace labctl::mail {

/// A connection to a server that may carry several messages, one after the other (RFC 5321 section 3.3).
class SmtpConnection {
 public:
  enum class After { stay, quit };

  /// @param like server, EHLO name, TLS and login of every message; the connection is opened for the first one.
  explicit SmtpConnection(const SmtpSubmission& like);
  ~SmtpConnection();
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  /// Sends one message. The transcript begins with the lines that opened the connection, whichever message they were
  /// for. Errors: as mail::send.
  Result<SmtpTranscript> send(const SmtpSubmission& submission, After after);
  /// The last message was taken, and the connection stayed. After a refusal it does not: a server or its filter may
  /// hold it against what comes next.
  [[nodiscard]] bool is_open() const;
  /// Says QUIT to a connection that is open, and waits for a moment only.
  void quit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace labctl::mail
