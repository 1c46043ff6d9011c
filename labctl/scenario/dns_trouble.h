#pragma once

#include <optional>

#include "labctl/base/language.h"
#include "labctl/evidence/evidence.h"

namespace labctl::scenario {

/// Why the receiver's filter could not judge a message: it had no answer from the DNS for one of its checks, which it
/// tells as temperror (RFC 8601 section 2.7.1) in the field that it wrote, or in its log. None when it had all answers.
std::optional<LocalText> dns_trouble(const evidence::MailSeen& mail);

}  // namespace labctl::scenario
