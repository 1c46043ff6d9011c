#include "labctl/lab/zone_salvage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/dns/serial.h"
#include "labctl/dns/zone_text.h"

namespace labctl::lab {
namespace {

constexpr std::size_t kMostBadLines = 20;

/// The number behind the last colon of "file:7"; 0 when there is none.
std::size_t line_number(const std::string& where) {
  std::size_t line = 0;
  if (const auto colon = where.rfind(':'); colon != std::string::npos)
    std::from_chars(where.data() + colon + 1, where.data() + where.size(), line);
  return line;
}

}  // namespace

Result<SalvagedZone> salvage_zone(const std::string& text, const std::string& zone, const std::string& file,
                                  const std::string& last_soa) {
  SalvagedZone salvaged{.text = text, .commented_out = {}};
  while (true) {
    const auto read = dns::parse_zone_text(salvaged.text, zone, file);
    if (read) break;
    auto lines = lines_of(salvaged.text);
    const auto number = line_number(read.error().where);
    const bool can_be_mended = number > 0 && number <= lines.size() && !lines[number - 1].starts_with(';') &&
                               salvaged.commented_out.size() < kMostBadLines;
    if (!can_be_mended)
      return usage_error(fmt::format("the zone file can't be mended line by line: {}", read.error().message),
                         read.error().where, "mend it by hand");
    salvaged.commented_out.push_back(fmt::format("{}: {}", number, lines[number - 1]));
    lines[number - 1].insert(0, "; ");
    salvaged.text = join(lines, "\n") + "\n";
  }
  const auto has_soa = [&] {
    const auto records = dns::parse_zone_text(salvaged.text, zone, file);
    return records && std::ranges::find(*records, "SOA", &dns::Record::type) != records->end();
  };
  if (!has_soa() && !last_soa.empty()) {
    salvaged.text = last_soa + "\n" + salvaged.text;
    salvaged.soa_put_back = true;
  }
  if (!dns::serial_in(salvaged.text))
    return usage_error("the zone file has no SOA that can be read", file, "mend that line by hand");
  return salvaged;
}

}  // namespace labctl::lab
