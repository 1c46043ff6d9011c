#pragma once

#include <string>
#include <string_view>

namespace labctl::evaluate {

/// The organizational domain by the public suffix list (RFC 7489 section 3.2): one label below the longest public
/// suffix. A public suffix is its own. The list is the system's newest.
std::string listed_organizational_domain(std::string_view domain);

}  // namespace labctl::evaluate
