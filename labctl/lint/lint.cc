#include "labctl/lint/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "labctl/base/text.h"
#include "labctl/dns/zone_text.h"

namespace labctl::lint {
namespace {

/// The number behind the last colon of "file:7".
std::size_t line_of(const std::string& where) {
  const auto colon = where.rfind(':');
  std::size_t line = 0;
  if (colon != std::string::npos) std::from_chars(where.data() + colon + 1, where.data() + where.size(), line);
  return line;
}

/// Strings over 255 octets: Knot cuts them, other name servers refuse the file.
void lint_strings(const std::string& text, ReadZone& read) {
  constexpr std::size_t kLongestString = 255;
  std::size_t line = 1;
  std::size_t octets = 0;
  bool quoted = false;
  bool comment = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      ++line;
      comment = false;
    } else if (!quoted && (comment || c == ';')) {
      comment = true;
    } else if (c == '"') {
      if (quoted && octets > kLongestString) {
        const auto record = std::ranges::find_if(read.zone.lines, [&](const Line& one) { return one.line >= line; });
        read.findings.push_back(
            {.id = "txt.long-string",
             .severity = Severity::error,
             .file = read.zone.file,
             .line = line,
             .owner = record == read.zone.lines.end() ? read.zone.apex : record->record.owner,
             .message = {.ja = fmt::format("引用符の中が {} オクテットあります(255 まで)。", octets),
                         .en = fmt::format("a string has {} octets, 255 are allowed", octets)},
             .advice = {.ja = "\"...\" \"...\" のように分けます。つなぐとき空白は入りません。",
                        .en = "part it: \"...\" \"...\"; they are joined without a blank"},
             .source = "RFC 1035 section 3.3"});
      }
      quoted = !quoted;
      octets = 0;
    } else {
      if (c == '\\') at += at + 3 < text.size() && is_digit(text[at + 1]) ? 3 : 1;
      ++octets;
    }
  }
}

}  // namespace

ReadZone read_written_zone(const std::string& text, const std::string& file, const std::string& zone) {
  ReadZone read;
  read.zone.file = file;
  const auto refuse = [&](const Error& error) {
    read.findings.push_back(
        {.id = "zone.syntax",
         .severity = Severity::error,
         .file = file,
         .line = line_of(error.where),
         .owner = {},
         .message = {.ja = fmt::format("ゾーンファイルを読めません: {}", dns::why_unreadable(error)),
                     .en = error.message},
         .advice = {.ja = "この行を「名前 TTL 型 データ」の形に直します。名前サーバーはこのファイルを読み込みません。",
                    .en = "write the line as OWNER TTL TYPE DATA; a name server does not load this file"},
         .source = "RFC 1035 section 5.1"});
  };
  const auto apex = dns::absolute_name("@", zone.empty() ? evaluate::zone_of_file(text, file) : zone);
  if (!apex) {
    refuse(apex.error());
    return read;
  }
  read.zone.apex = *apex;
  auto placed = dns::parse_zone_lines(text, *apex, file);
  if (!placed) {
    refuse(placed.error());
    return read;
  }
  for (auto& [record, line] : *placed)
    read.zone.lines.push_back({.record = std::move(record), .line = line, .text = {}});
  read.is_read = true;
  if (read.zone.lines.empty())
    read.findings.push_back(
        {.id = "zone.empty",
         .severity = Severity::error,
         .file = file,
         .line = 0,
         .owner = {},
         .message = {.ja = "ゾーンファイルにレコードが 1 つもありません。", .en = "the zone file holds no record"},
         .advice = {.ja = "SOA と NS から書き始めます。名前サーバーはこのファイルを読み込みません。",
                    .en = "begin with the SOA and NS records; a name server does not load this file"},
         .source = "RFC 1035 section 5.2"});
  lint_strings(text, read);
  return read;
}

Findings lint(std::vector<WrittenZone> zones) {
  ZoneView view(std::move(zones));
  Findings findings;
  for (const auto& zone : view.zones()) {
    lint_zone(view, zone, findings);
    lint_names(view, zone, findings);
    lint_spf(view, zone, findings);
    lint_dkim(view, zone, findings);
    lint_dmarc(view, zone, findings);
  }
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) { return std::tie(finding.file, finding.line); });
  return findings;
}

}  // namespace labctl::lint
