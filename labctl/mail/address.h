#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace labctl::mail {

/// The addr-spec of an address field's first mailbox (From), lower-cased domain; none when it can't be read.
std::optional<std::string> first_address(std::string_view field_value);

/// Whether the text is one addr-spec (RFC 5322 section 3.4.1) and nothing else.
bool is_addr_spec(std::string_view text);

/// What stands behind the last "@", as it is written; the whole of a text without one.
std::string_view domain_of(std::string_view address);

/// The same envelope address: the domain without regard to case (RFC 5321 section 2.4).
bool same_address(std::string_view a, std::string_view b);

}  // namespace labctl::mail
