#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/mail/message.h"

namespace labctl::explain {

/// How an authenticated domain stands to the one of the header From (RFC 9989 section 4.4, RFC 7489 section 3.1).
enum class Alignment { same, organizational, none };
std::string_view name_of(Alignment alignment);

/// Who the message says it is from, and who it came from.
struct Identities {
  std::string client_address;
  std::string client_name;  ///< by PTR; empty or "unknown": none
  std::string helo;
  std::string mail_from;  ///< envelope From; empty: the null reverse-path, or not told
  std::string header_from;
  std::vector<std::string> dkim_domains;  ///< d= of each signature
};

/// One result of the receiver, with what it means.
struct Check {
  std::string method;
  std::string result;
  std::string domain;                  ///< that was checked; empty: none was told
  std::optional<Alignment> alignment;  ///< of a domain that passed
  LocalText text;
};

/// What became of the message, and what decided it.
struct Disposition {
  std::string what;                   ///< "none" (delivered as it is), "quarantine", or "unknown"
  std::string cause;                  ///< "dmarc", "spam" …, as the dialect names it; empty: nothing did
  std::vector<std::string> evidence;  ///< what says so (mail/attribution.h)
  LocalText text;
};

/// The story of one message, from its header alone.
struct Story {
  std::string receiver;  ///< authserv-id of the field that is believed
  std::string dialect;
  Identities identities;
  std::vector<Check> checks;
  std::string policy;  ///< p= that applies; empty: none was told
  Disposition disposition;
  std::vector<LocalText> remedies;  ///< what would have to change for DMARC to pass
  std::vector<LocalText> notes;     ///< fields that were not believed, and the like
};

/// What is known beside the message.
struct Reading {
  std::string receiver;  ///< authserv-id; empty: the host that the topmost SMTP Received names
  std::string dialect;   ///< empty: guessed from the fields
};

/// Tells of a received message what its receiver's Authentication-Results mean. Only the field that the receiver itself
/// wrote is believed (mail/trust.h). Errors: `usage` when the message has no field that can be.
Result<Story> tell(const mail::Message& message, const Reading& reading = {});

/// A dozen lines for a person.
std::string to_text(const Story& story, Language language);

}  // namespace labctl::explain
