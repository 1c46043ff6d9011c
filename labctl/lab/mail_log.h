#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/smtp.h"

namespace labctl::lab {

/// One line of Postfix's log, as postlogd(8) writes it:
/// "Nov 25 18:06:23 receiver postfix/smtpd[46]: 4D3A21F: client=mx.example[198.18.0.251]".
struct MailLogLine {
  std::string raw;
  std::string daemon;    ///< "smtpd", "submission/smtpd", "cleanup", "qmgr", "lmtp" …
  std::string process;   ///< its process id
  std::string queue_id;  ///< empty when the line has none, or NOQUEUE
  std::string text;      ///< what follows
};

/// None for a line that is not Postfix's.
std::optional<MailLogLine> parse_mail_log_line(std::string_view line);
std::vector<MailLogLine> parse_mail_log(std::string_view text);

/// Where a message came from: "client=mx.example[198.18.0.251]".
struct LoggedClient {
  std::string name;  ///< "unknown" when its address has no name that leads back
  std::string address;
};
std::optional<LoggedClient> client_of(const MailLogLine& line);
/// "connect from mx.example[198.18.0.251]".
std::optional<LoggedClient> connection_of(const MailLogLine& line);

/// The address between `field`'s brackets, e.g. of "from" in "from=<user-a@m001.mail.nic.example>, size=512".
std::optional<std::string> bracketed(std::string_view text, std::string_view field);

/// One attempt to hand a message on: "to=<…>, relay=…, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4D3A21F)".
struct LoggedDelivery {
  std::string to;
  std::string relay;
  std::string status;  ///< "sent", "bounced", "deferred"
  std::string detail;  ///< between the parentheses
};
std::optional<LoggedDelivery> delivery_of(const MailLogLine& line);

/// The next server's reply inside a delivery's detail: all of "250 2.0.0 Ok: queued as X", or what follows "said: ";
/// none when no server answered.
std::optional<mail::SmtpReply> reply_in(const LoggedDelivery& delivery);
/// X of "queued as X"; empty when it isn't there.
std::string queued_as(std::string_view reply_text);

/// A refusal: "NOQUEUE: reject: RCPT from …" or "4D3A21F: milter-reject: END-OF-MESSAGE from …".
struct LoggedRefusal {
  bool by_milter = false;
  bool discarded = false;  ///< milter-discard: accepted and thrown away
  std::string stage;       ///< "CONNECT", "RCPT", "END-OF-MESSAGE" …
  LoggedClient client;
  mail::SmtpReply reply;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::string helo;

  /// Postfix's own words for a milter that is away or gave no decision (milter_default_action = tempfail).
  [[nodiscard]] bool milter_away() const;
};
std::optional<LoggedRefusal> refusal_of(const MailLogLine& line);

/// The reason when the line says that a milter could not be reached or broke off: "Connection refused".
std::optional<std::string> milter_trouble_of(const MailLogLine& line);

}  // namespace labctl::lab
