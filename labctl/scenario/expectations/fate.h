#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "labctl/base/language.h"
#include "labctl/config/schema.h"
#include "labctl/evidence/evidence.h"
#include "labctl/mail/attribution.h"

namespace labctl::scenario {

/// What became of a message, as far as the evidence proves it.
struct Fate {
  std::string name;   ///< of fate_kinds(), or what else was seen
  LocalText detail;   ///< the proof, or what is wrong with it
  bool known = true;  ///< false: the lab could not tell, `detail` names the culprit
};

/// One of the fates that a lesson can expect.
struct FateKind {
  std::string_view name;
  std::string_view dmarc;  ///< the disposition that it is in DMARC's words (RFC 7489 section 6.3); empty: none of those
  LocalText heading;       ///< of its column in a table
};
std::span<const FateKind> fate_kinds();

/// Errors: `usage`, at the place, for what is none of them; with the nearest one.
Result<void> require_fate_name(const config::Place& at, const std::string& name);

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
