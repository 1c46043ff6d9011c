#pragma once

#include <optional>
#include <string>

#include "labctl/base/language.h"
#include "labctl/evidence/evidence.h"
#include "labctl/mail/attribution.h"

namespace labctl::scenario {

/// What became of a message, as far as the evidence proves it.
struct Fate {
  std::string
      name;  ///< "inbox", "junk", "rejected", "deferred", "discarded", "bounced", "unsent", or what else was seen
  LocalText detail;   ///< the proof, or what is wrong with it
  bool known = true;  ///< false: the lab could not tell, `detail` names the culprit
};

/// Pure. "rejected" takes a 5xx reply at the end of DATA and nothing stored anywhere; "deferred" a 4xx that the filter
/// decided, or a message that waits in the receiver's queue; "bounced" a line that it went back; "unsent" a login that
/// was refused; "discarded" a 2xx and every folder searched in vain.
Fate fate_of(const evidence::MailSeen& mail);

/// "554 5.7.1 …", or that there was none.
std::string reply_text(const std::optional<mail::SmtpReply>& reply);

/// Where in the receiver's dialogue the refusal came; none when nothing tells.
std::optional<mail::SmtpStage> refusal_stage(const evidence::MailSeen& mail);

/// What decided the disposition, and the evidence for it.
mail::Attribution attribution_of(const evidence::MailSeen& mail);

}  // namespace labctl::scenario
