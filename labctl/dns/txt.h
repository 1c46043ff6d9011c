#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"

namespace labctl::dns {

/// The character strings of TXT rdata, each without its quotes, escapes kept. Errors: `usage` when they don't stand in
/// double quotes.
Result<std::vector<std::string>> quoted_strings(std::string_view rdata);

/// Quotes the strings again, those over 255 octets cut in pieces (RFC 1035 section 3.3); an escape is never cut.
std::string quote_in_pieces(const std::vector<std::string>& strings);

/// A record that may be spread over lines by parentheses, and its comments, as one line (RFC 1035 section 5.1).
/// Errors: `usage` for a parenthesis or quotation mark without its partner, and for a second record.
Result<std::string> one_line(std::string_view text);

}  // namespace labctl::dns
