#include "labctl/dns/zone_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "labctl/dns/record_of_rr.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::dns {
namespace {

constexpr std::uint32_t kKnotDefaultTtl = 3600;  // of a record without TTL in a file without $TTL

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

}  // namespace

Result<std::vector<Record>> parse_zone_text(std::string_view text, std::string_view zone, std::string_view file) {
  std::vector<Record> records;
  if (text.empty()) return records;
  LABCTL_ASSIGN(const auto apex, absolute_name("@", zone));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
      ::fmemopen(const_cast<char*>(text.data()), text.size(), "r"), &std::fclose);
  if (!stream) return lab_error("can't read the zone", std::string(file));
  ldns_rdf* origin = ldns_dname_new_frm_str(apex.c_str());
  ldns_rdf* previous = nullptr;
  std::uint32_t ttl = kKnotDefaultTtl;
  int line = 1;
  std::string complaint;
  while (complaint.empty() && std::feof(stream.get()) == 0) {
    ldns_rr* parsed = nullptr;
    const auto status = ldns_rr_new_frm_fp_l(&parsed, stream.get(), &ttl, &origin, &previous, &line);
    const LdnsHandle<ldns_rr> rr(parsed);
    if (status == LDNS_STATUS_OK && parsed != nullptr)
      records.push_back(record_of(parsed));
    else if (status == LDNS_STATUS_SYNTAX_INCLUDE)
      complaint = "labctl does not follow $INCLUDE";
    else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL && status != LDNS_STATUS_SYNTAX_ORIGIN)
      complaint = fmt::format("the zone file can't be read: {}", ldns_get_errorstr_by_id(status));
  }
  ldns_rdf_deep_free(origin);
  if (previous != nullptr) ldns_rdf_deep_free(previous);
  if (!complaint.empty()) return usage_error(complaint, fmt::format("{}:{}", file, line));
  return as_loaded(std::move(records), apex);
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
