#pragma once

#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/dns/record.h"

namespace labctl::dns {

/// The records that Knot loads from a zone file (RFC 1035 section 5), in the form that KnotControl::read gives: one TTL
/// for a set, none twice, none from outside the zone. Errors: `usage`, placed at file:line and in knotd's own words
/// ($INCLUDE is one).
Result<std::vector<Record>> parse_zone_text(std::string_view text, std::string_view zone, std::string_view file);

/// A record and the line of the file that it ends on.
struct PlacedRecord {
  Record record;
  std::size_t line = 0;
};

/// Every record of the file as it stands there: also those that stand twice or lie outside the zone. Errors: as
/// parse_zone_text.
Result<std::vector<PlacedRecord>> parse_zone_lines(std::string_view text, std::string_view zone, std::string_view file);

/// The message of an error of these two, without "the zone file can't be read: " before it.
std::string_view why_unreadable(const Error& error);

/// Lines "- only in `before`" and "+ only in `after`"; the SOA is left out. Empty when both hold the same.
std::string difference(std::vector<Record> before, std::vector<Record> after);

}  // namespace labctl::dns
