#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace labctl::mail {

/// A structured field body without its comments, which nest; quoted strings stay as they are (RFC 5322 section 3.2).
std::string without_comments(std::string_view text);

/// The first of `wanted` characters at or behind `from` that isn't inside a quoted string; npos when there is none.
std::size_t find_unquoted(std::string_view text, std::string_view wanted, std::size_t from = 0);

/// RFC 5322 section 2.2.3: the line ends of folding go, the white space behind them stays.
std::string unfolded(std::string_view text);

}  // namespace labctl::mail
