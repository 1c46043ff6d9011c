#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace labctl {

/// RFC 4648 section 4, with padding, on one line.
std::string to_base64(std::string_view bytes);
/// None for what is no such text.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace labctl
