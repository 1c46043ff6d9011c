#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"

namespace labctl::mail {

enum class TlsPolicy { never, opportunistic, required };

/// One message to one server, with its envelope.
struct SmtpSubmission {
  Endpoint server;
  std::string server_name;  ///< for the certificate check; empty: not checked
  std::string helo;
  std::string mail_from;  ///< empty: null reverse-path
  std::vector<std::string> rcpt_to;
  std::string data;  ///< the message, CRLF line ends
  std::string user;  ///< empty: no AUTH
  std::string password;
  TlsPolicy tls = TlsPolicy::opportunistic;
  std::string ca_pem;  ///< trusted for TLS
  Milliseconds timeout{30'000};
  bool raw = false;      ///< bytes as they are, for attacks: see raw_smtp.h
  bool follows = false;  ///< it may go over the connection of an earlier message: see smtp_connections.h
};

/// One line of the dialogue, as it went over the wire.
struct SmtpLine {
  enum class Direction { client, server };
  Direction direction;
  std::string text;  ///< without line end; AUTH credentials replaced by "…"
  bool operator==(const SmtpLine&) const = default;
};

/// RFC 5321 section 4.2.
struct SmtpReply {
  int code = 0;               ///< 250, 554 …
  std::string enhanced_code;  ///< "5.7.1", RFC 3463; may be empty
  std::string text;           ///< of all its lines, without codes
};

/// Where in the dialogue the final reply came.
enum class SmtpStage { connect, ehlo, starttls, auth, mail, rcpt, data, end_of_data };
std::string_view name_of(SmtpStage stage);

/// A dialogue that came to an end, well or not: a 550 is evidence, not an error.
struct SmtpTranscript {
  std::vector<SmtpLine> lines;
  SmtpStage stage = SmtpStage::connect;  ///< of `reply`
  SmtpReply reply;                       ///< the last one that decided (2xx at end_of_data: accepted)
  bool tls = false;
  std::string queue_id;  ///< Postfix's "queued as"; empty when refused
  [[nodiscard]] bool accepted() const { return stage == SmtpStage::end_of_data && reply.code / 100 == 2; }
};

/// Sends one message over libcurl. Errors: no connection, TLS failure, timeout, connection lost in the middle (the
/// error's message has the last line of the dialogue).
Result<SmtpTranscript> send(const SmtpSubmission& submission);

}  // namespace labctl::mail
