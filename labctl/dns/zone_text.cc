#include "labctl/dns/zone_text.h"

#include <fmt/format.h>

extern "C" {
#include <libzscanner/error.h>
#include <libzscanner/scanner.h>
}

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "labctl/dns/record_of_rr.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::dns {
namespace {

constexpr std::uint16_t kClassIn = 1;
constexpr std::uint32_t kKnotDefaultTtl = 3600;  // of a record without TTL in a file without $TTL
constexpr std::string_view kUnreadable = "the zone file can't be read: ";

/// What an editor of another system makes of a file, or what is no text at all, and its line; the scanner's own words
/// for it ("owner is invalid") help nobody.
std::optional<std::pair<std::string_view, std::size_t>> what_is_no_text(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xef\xbb\xbf"sv))
    return std::pair{"it begins with a byte-order mark: save it as UTF-8 without one"sv, std::size_t{1}};
  if (text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv))
    return std::pair{"it is UTF-16: save it as UTF-8"sv, std::size_t{1}};
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return std::pair{"it is no text: it holds a NUL octet"sv,
                     1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, nul), '\n'))};
  return std::nullopt;
}

/// As Knot loads a zone: what lies outside is ignored, the last TTL of a set counts for all of it, and a record that
/// stands twice is one.
std::vector<Record> as_loaded(std::vector<Record> records, const std::string& apex) {
  const std::string below = apex == "." ? "." : "." + apex;
  std::erase_if(records, [&](const Record& record) { return record.owner != apex && !record.owner.ends_with(below); });
  std::map<std::pair<std::string, std::string>, std::uint32_t> ttls;
  for (const auto& record : records) ttls[{record.owner, record.type}] = record.ttl;
  for (auto& record : records) record.ttl = ttls[{record.owner, record.type}];
  std::set<Record> seen;
  std::erase_if(records, [&](const Record& record) { return !seen.insert(record).second; });
  return records;
}

struct ScannerFree {
  void operator()(zs_scanner_t* scanner) const {
    zs_deinit(scanner);
    delete scanner;
  }
};

void append(std::vector<std::uint8_t>& wire, std::uint32_t value, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) wire.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// The record that the scanner has just read; none when ldns can't show it.
std::optional<Record> record_in(const zs_scanner_t& scanner) {
  // RFC 1035 section 4.1.3
  std::vector<std::uint8_t> wire(scanner.r_owner, scanner.r_owner + scanner.r_owner_length);
  append(wire, scanner.r_type, 2);
  append(wire, scanner.r_class, 2);
  append(wire, scanner.r_ttl, 4);
  append(wire, scanner.r_data_length, 2);
  wire.insert(wire.end(), scanner.r_data, scanner.r_data + scanner.r_data_length);
  ldns_rr* parsed = nullptr;
  std::size_t at = 0;
  if (ldns_wire2rr(&parsed, wire.data(), wire.size(), &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK) return std::nullopt;
  const LdnsHandle<ldns_rr> rr(parsed);
  return record_of(parsed);
}

}  // namespace

Result<std::vector<PlacedRecord>> parse_zone_lines(std::string_view text, std::string_view zone,
                                                   std::string_view file) {
  LABCTL_ASSIGN(const auto apex, absolute_name("@", zone));
  if (const auto odd = what_is_no_text(text))
    return usage_error(fmt::format("{}{}", kUnreadable, odd->first), fmt::format("{}:{}", file, odd->second));
  // Knot's own scanner: what it reads is what knotd would load, and what it refuses is what knotd's log would say.
  const std::unique_ptr<zs_scanner_t, ScannerFree> scanner(new zs_scanner_t{});
  if (zs_init(scanner.get(), apex.c_str(), kClassIn, kKnotDefaultTtl) != 0 ||
      zs_set_input_string(scanner.get(), text.data(), text.size()) != 0)
    return lab_error(fmt::format("can't read the zone: {}", zs_strerror(scanner->error.code)), std::string(file));
  std::vector<PlacedRecord> records;
  while (true) {
    zs_parse_record(scanner.get());
    const auto bad = [&](std::string_view what) {
      return usage_error(fmt::format("{}{}", kUnreadable, what), fmt::format("{}:{}", file, scanner->line_counter));
    };
    switch (scanner->state) {
      case ZS_STATE_DATA: {
        auto record = record_in(*scanner);
        if (!record) return bad("a record of an unknown form");
        records.push_back({std::move(*record), static_cast<std::size_t>(scanner->line_counter)});
        break;
      }
      case ZS_STATE_EOF:
        return records;
      case ZS_STATE_INCLUDE:
        return bad("labctl does not follow $INCLUDE");
      default:
        return bad(zs_strerror(scanner->error.code));
    }
  }
}

Result<std::vector<Record>> parse_zone_text(std::string_view text, std::string_view zone, std::string_view file) {
  LABCTL_ASSIGN(const auto apex, absolute_name("@", zone));
  LABCTL_ASSIGN(auto placed, parse_zone_lines(text, zone, file));
  std::vector<Record> records;
  records.reserve(placed.size());
  for (auto& [record, line] : placed) records.push_back(std::move(record));
  return as_loaded(std::move(records), apex);
}

std::string_view why_unreadable(const Error& error) {
  std::string_view why = error.message;
  if (why.starts_with(kUnreadable)) why.remove_prefix(kUnreadable.size());
  return why;
}

std::string difference(std::vector<Record> before, std::vector<Record> after) {
  for (auto* records : {&before, &after}) {
    std::erase_if(*records, [](const Record& record) { return record.type == "SOA"; });
    std::ranges::sort(*records);
  }
  ZoneEdit edit;
  std::ranges::set_difference(before, after, std::back_inserter(edit.remove));
  std::ranges::set_difference(after, before, std::back_inserter(edit.add));
  return to_diff(edit);
}

}  // namespace labctl::dns
