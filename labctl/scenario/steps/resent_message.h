#pragma once

#include <string>
#include <string_view>

#include "labctl/evidence/evidence.h"

namespace labctl::scenario {

/// A stored message as it was before the receiver took it: what the receiver added is gone (its trace fields, its
/// Authentication-Results, ARC set and filter fields, and labctl's token), the token of the new attempt is on top.
/// @param change appended to the body as a line; empty: the body stays as it is
std::string resent_message(const evidence::MailSeen& mail, std::string_view token, std::string_view change);

}  // namespace labctl::scenario
