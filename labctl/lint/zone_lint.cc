#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/lint/lint.h"

namespace labctl::lint {
namespace {

bool is_inside(std::string_view name, std::string_view apex) {
  return apex == "." || name == apex || name.ends_with("." + std::string(apex));
}

/// A name that ends in the zone's name twice was written without its last dot.
bool lacks_dot(std::string_view name, std::string_view apex) {
  return apex != "." && is_inside(name, std::string(apex) + std::string(apex));
}

/// The names in the data of a record that are completed by the zone's name.
std::vector<std::string> names_in(const dns::Record& record) {
  const auto words = split(record.rdata, ' ');
  if (record.type == "CNAME" || record.type == "NS" || record.type == "PTR" || record.type == "DNAME")
    return {words.front()};
  if (record.type == "MX" && words.size() > 1) return {words[1]};
  if (record.type == "SRV" && words.size() > 3) return {words[3]};
  if (record.type == "SOA" && words.size() > 1) return {words[0], words[1]};
  return {};
}

}  // namespace

void lint_zone(const ZoneView& view, const WrittenZone& zone, Findings& findings) {
  std::map<std::pair<std::string, std::string>, const Line*> first_of_set;
  std::map<std::pair<std::string, std::string>, bool> told_ttl;
  for (const auto& line : zone.lines) {
    const auto& record = line.record;
    if (!is_inside(record.owner, zone.apex)) {
      findings.push_back(
          finding_at(line, "zone.outside", Severity::error, "RFC 1035 section 5.2",
                     {.ja = fmt::format("{} はゾーン {} の外にあり、無視されます。", record.owner, zone.apex),
                      .en = fmt::format("{} lies outside of the zone {} and is ignored", record.owner, zone.apex)},
                     {.ja = "このゾーンの名前に直すか、その名前のゾーンに書きます。",
                      .en = "write a name of this zone, or put the record into the other name's zone"}));
      continue;
    }
    if (lacks_dot(record.owner, zone.apex))
      findings.push_back(
          finding_at(line, "zone.missing-dot", Severity::error, "RFC 1035 section 5.1",
                     {.ja = fmt::format("名前の末尾のドットがないため {} になっています。", record.owner),
                      .en = fmt::format("without its last dot the name has become {}", record.owner)},
                     {.ja = "名前の最後に「.」を付けるか、ゾーン名を省いて書きます。",
                      .en = "end the name in a dot, or leave the zone's name away"}));
    for (const auto& name : names_in(record))
      if (lacks_dot(name, zone.apex))
        findings.push_back(
            finding_at(line, "zone.missing-dot", Severity::error, "RFC 1035 section 5.1",
                       {.ja = fmt::format("{} の宛先は末尾のドットがないため {} になっています。", record.type, name),
                        .en = fmt::format("without its last dot the name in the {} has become {}", record.type, name)},
                       {.ja = "名前の最後に「.」を付けます。", .en = "end the name in a dot"}));
    const std::pair set{record.owner, record.type};
    const auto [first, is_first] = first_of_set.emplace(set, &line);
    if (!is_first && first->second->record.ttl != record.ttl && !told_ttl[set]) {
      told_ttl[set] = true;
      findings.push_back(finding_at(line, "zone.ttl-differs", Severity::warning, "RFC 2181 section 5.2",
                                    {.ja = fmt::format("{} の {} の TTL が {} と {} で異なります。", record.owner,
                                                       record.type, first->second->record.ttl, record.ttl),
                                     .en = fmt::format("the {} records of {} have TTL {} and {}", record.type,
                                                       record.owner, first->second->record.ttl, record.ttl)},
                                    {.ja = "同じ名前と型のレコードには同じ TTL を書きます。",
                                     .en = "give all of one name and type the same TTL"}));
    }
    const auto same = std::ranges::find_if(zone.lines, [&](const Line& other) {
      return other.record.owner == record.owner && other.record.type == record.type &&
             other.record.rdata == record.rdata;
    });
    if (&*same != &line)
      findings.push_back(finding_at(line, "zone.duplicate", Severity::warning, "RFC 2181 section 5",
                                    {.ja = fmt::format("{} 行目と同じレコードです。", same->line),
                                     .en = fmt::format("the same record stands on line {}", same->line)},
                                    {.ja = "片方を消します。", .en = "remove one of them"}));
  }
  const auto soas = view.find(zone.apex, "SOA");
  const auto servers = view.find(zone.apex, "NS");
  // A file without SOA may be a part of a zone; one with the name servers of all that stands in it is a whole one.
  const auto head = std::ranges::find_if(zone.lines, [&](const Line& line) {
    return line.record.type == "NS" && std::ranges::all_of(zone.lines, [&](const Line& other) {
             return is_inside(other.record.owner, line.record.owner);
           });
  });
  if (soas.empty() && head != zone.lines.end())
    findings.push_back(finding_at(*head, "zone.no-soa", Severity::error, "RFC 1035 section 5.2",
                                  {.ja = fmt::format("ゾーン {} の SOA レコードがありません。", head->record.owner),
                                   .en = fmt::format("there is no SOA record of the zone {}", head->record.owner)},
                                  {.ja = "SOA を書きます。SOA がないファイルを名前サーバーは読み込みません。",
                                   .en = "write one: no name server loads a file without"}));
  if (!soas.empty() && servers.empty())
    findings.push_back(
        finding_at(*soas.front(), "zone.no-ns", Severity::warning, "RFC 1034 section 4.2.1",
                   {.ja = fmt::format("ゾーン {} に NS レコードがありません。", zone.apex),
                    .en = fmt::format("the zone {} has no NS record", zone.apex)},
                   {.ja = "ゾーンの名前サーバーを NS レコードに書きます。親の委任と同じものです。",
                    .en = "name the zone's name servers in NS records, those that the zone above delegates to"}));
  if (soas.size() > 1)
    findings.push_back(
        finding_at(*soas.back(), "zone.two-soa", Severity::error, "RFC 1035 section 5.2",
                   {.ja = "SOA レコードが 2 つ以上あります。", .en = "there is more than one SOA record"},
                   {.ja = "SOA は 1 つだけ残します。", .en = "leave one SOA record"}));
}

}  // namespace labctl::lint
