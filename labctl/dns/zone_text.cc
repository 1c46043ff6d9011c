#include "labctl/dns/zone_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "labctl/dns/record_of_rr.h"

namespace labctl::dns {

Result<std::vector<Record>> parse_zone_text(std::string_view text, std::string_view zone, std::string_view file) {
  std::vector<Record> records;
  if (text.empty()) return records;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(::fmemopen(const_cast<char*>(text.data()), text.size(), "r"), &std::fclose);
  if (!stream) return lab_error("can't read the zone", std::string(file));
  LABCTL_ASSIGN(const auto apex, absolute_name("@", zone));
  ldns_rdf* origin = ldns_dname_new_frm_str(apex.c_str());
  ldns_rdf* previous = nullptr;
  std::uint32_t ttl = 20;
  int line = 1;
  ldns_status status = LDNS_STATUS_OK;
  int failed_at = 0;
  while (std::feof(stream.get()) == 0) {
    ldns_rr* parsed = nullptr;
    const int began = line;
    status = ldns_rr_new_frm_fp_l(&parsed, stream.get(), &ttl, &origin, &previous, &line);
    const LdnsHandle<ldns_rr> rr(parsed);
    if (status == LDNS_STATUS_OK && parsed != nullptr) records.push_back(record_of(parsed));
    if (status != LDNS_STATUS_OK && status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
        status != LDNS_STATUS_SYNTAX_ORIGIN && status != LDNS_STATUS_SYNTAX_INCLUDE) {
      failed_at = began;
      break;
    }
    status = LDNS_STATUS_OK;
  }
  ldns_rdf_deep_free(origin);
  if (previous != nullptr) ldns_rdf_deep_free(previous);
  if (status != LDNS_STATUS_OK)
    return usage_error(fmt::format("the zone file can't be read: {}", ldns_get_errorstr_by_id(status)), fmt::format("{}:{}", file, failed_at));
  return records;
}

std::string difference(std::vector<Record> before, std::vector<Record> after) {
  for (auto* records : {&before, &after}) {
    std::erase_if(*records, [](const Record& record) { return record.type == "SOA"; });
    std::ranges::sort(*records);
  }
  std::vector<Record> gone;
  std::vector<Record> come;
  std::ranges::set_difference(before, after, std::back_inserter(gone));
  std::ranges::set_difference(after, before, std::back_inserter(come));
  std::string text;
  for (const auto& record : gone) text += "- " + to_line(record) + "\n";
  for (const auto& record : come) text += "+ " + to_line(record) + "\n";
  return text;
}

}  // namespace labctl::dns
