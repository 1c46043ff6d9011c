#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"

namespace labctl::dns {

/// One resource record in presentation form.
struct Record {
  std::string owner;      ///< absolute, lower case, with trailing dot
  std::uint32_t ttl = 0;  ///< seconds
  std::string type;       ///< "TXT", "A", …, upper case
  /// Presentation form as ldns prints it, names in lower case: "\"v=spf1 -all\"" or "10 mx.example.".
  std::string rdata;

  bool operator==(const Record&) const = default;
  auto operator<=>(const Record&) const = default;
};

/// Reads one record as a zone file has it: `_dmarc 20 TXT "v=DMARC1; p=none"`. Relative names belong to `zone`; TTL
/// (20 or 1h30m) and class may be missing (TTL then 20). Parentheses, line ends inside them and comments are taken, so
/// that what opendkim-genkey prints can be pasted. Strings over 255 octets are split. TXT must stand in quotes, which a
/// zone file does not ask for: without them a shell has taken them away. Errors: `usage`, naming the part that can't
/// be read.
Result<Record> parse_record(std::string_view text, std::string_view zone);

/// Whether a record may have this type: "txt", "TYPE65280".
bool is_record_type(std::string_view type);

/// One line as Knot prints a zone: owner, TTL, type, rdata in columns.
std::string to_line(const Record& record);

/// The text of a TXT record: its character strings joined without a space (RFC 7208 section 3.3).
Result<std::string> txt_content(const Record& record);

/// Absolute, lower case, with trailing dot; `name` relative to `zone` unless it ends in a dot; "@" is the zone itself.
/// Errors: `usage` for what is no domain name (RFC 1035 section 2.3.4).
Result<std::string> absolute_name(std::string_view name, std::string_view zone);

/// RFC 1982 section 3.2 for 32-bit serials: true when `a` is newer than `b`.
bool serial_is_newer(std::uint32_t a, std::uint32_t b);

}  // namespace labctl::dns
