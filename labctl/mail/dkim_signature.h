#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace labctl::mail {

/// What a DKIM-Signature field says of itself, as far as labctl has to know (RFC 6376 section 3.5).
struct DkimSignature {
  std::string domain;                     ///< d=
  std::string selector;                   ///< s=
  std::optional<std::int64_t> signed_at;  ///< t=, seconds since 1970; none when it says nothing or no number
};

/// Reads the field's body. Never fails: a tag that is missing is empty.
DkimSignature parse_dkim_signature(std::string_view field_body);

}  // namespace labctl::mail
