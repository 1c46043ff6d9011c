#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/json.h"
#include "labctl/base/language.h"
#include "labctl/dns/resolver.h"
#include "labctl/mail/smtp.h"

namespace labctl::evidence {

/// Why the lab could not answer: the cause of an `error` outcome.
struct Trouble {
  std::string culprit;  ///< host and daemon, "filter: rspamd"
  std::string message;
  std::string hint;
};

/// A message in the receiver's store.
struct StoredMessage {
  std::string folder;  ///< "INBOX", "Junk"
  std::uint32_t uid = 0;
  std::string raw;
};

/// What became of one message that was sent (or recognized as sent by hand).
struct MailSeen {
  std::string token;      ///< empty when a person sent it
  std::string from_host;  ///< lab host name of the client that the receiver saw
  std::string client_address;
  std::string helo;
  std::string mail_from;
  std::string rcpt_to;
  std::string header_from;
  std::string receiver;                          ///< lab host name of the graded receiver
  std::string authserv_id;                       ///< of that receiver
  std::string dialect;                           ///< "rspamd"
  std::optional<mail::SmtpTranscript> dialogue;  ///< none when a person sent it
  std::string receiver_queue_id;                 ///< Postfix queue ID at the receiver
  std::optional<mail::SmtpReply>
      receiver_reply;  ///< the receiver's final reply: from the dialogue, or joined from its log
  std::optional<StoredMessage> stored;
  bool searched_everywhere = false;       ///< every folder was searched after the queue ID reached its last log line
  std::vector<std::string> receiver_log;  ///< the lines about this message
  std::vector<std::string> filter_log;
  std::vector<std::string> intermediary_log;  ///< of the forwarder or list that brought it: what the receiver answered
  std::string dns_trouble;  ///< the name server that did not answer ("resolver: unbound") when the filter had no answer
};

/// Records as a server answered them.
struct RecordsSeen {
  std::string server;  ///< lab host name
  std::string zone;
  std::uint32_t serial = 0;
  std::vector<dns::Answer> answers;
};

/// A zone edit, and what was seen after it.
struct ZoneEdited {
  std::string zone;
  std::string diff;  ///< lines with "- " and "+ "
  std::uint32_t serial_before = 0;
  std::uint32_t serial_after = 0;
  RecordsSeen authority;
  RecordsSeen resolver;
};

/// A login or a command on a host: what was run, and what it said.
struct CommandSeen {
  std::string host;
  std::vector<std::string> argv;
  int exit_status = 0;
  std::string output;
};

/// One kind of mail of a day: "newsletter", and how many of it were sent.
struct DayFlow {
  std::string kind;
  LocalText title;
  bool spoofed = false;  ///< else it is legitimate
  std::vector<MailSeen> mails;
};

/// A day's mail, by kind in the order of the table.
struct DaySeen {
  std::vector<DayFlow> flows;
};

struct Nothing {};  ///< the step has no evidence of its own

using Seen = std::variant<Nothing, MailSeen, RecordsSeen, ZoneEdited, CommandSeen, DaySeen>;

/// Everything one step of one participant left behind. Append-only: made once, saved, never changed.
struct StepEvidence {
  std::string scenario;     ///< "hands-on/4-dmarc"
  std::string step;         ///< "4-2"
  std::string participant;  ///< "m001"
  std::string as;           ///< the name under which expectations refer to it; may be empty
  std::string began;        ///< RFC 3339
  double seconds = 0;
  Seen seen;
  std::optional<Trouble> trouble;      ///< set: the lab could not answer
  std::optional<std::string> missing;  ///< set: no evidence was found for a step done by hand
};

/// Lossless. A string that is well-formed UTF-8 stands as it is; any other becomes {"base64": "…"}, so that the bytes
/// of a message survive.
Json to_json(const StepEvidence& evidence);
/// Errors: `usage` for JSON that is no evidence, with the path of the member.
Result<StepEvidence> from_json(const Json& json);

}  // namespace labctl::evidence
