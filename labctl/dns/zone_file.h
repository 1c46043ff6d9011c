#pragma once

#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/dns/record.h"

namespace labctl::dns {

/// Reads a whole zone file (RFC 1035 section 5.1: $ORIGIN, $TTL, relative names, parentheses, comments). Errors:
/// `usage` for a line that is no record, with its number in `where`. $INCLUDE is refused.
Result<std::vector<Record>> parse_zone_file(std::string_view text, std::string_view zone);

}  // namespace labctl::dns
