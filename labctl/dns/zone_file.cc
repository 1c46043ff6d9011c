#include "labctl/dns/zone_file.h"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <cstdio>
#include <memory>
#include <string>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 20;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

struct FreeRecord {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};


struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string rdata_of(const ldns_rr& rr) {
  std::string rdata;
  for (std::size_t i = 0; i < ldns_rr_rd_count(&rr); ++i) {
    const Text field(ldns_rdf2str(ldns_rr_rdf(&rr, i)));
    if (field) rdata += fmt::format("{}{}", rdata.empty() ? "" : " ", field.get());
  }
  return rdata;
}

Record record_of(const ldns_rr& rr) {
  const Text owner(ldns_rdf2str(ldns_rr_owner(&rr)));
  const Text type(ldns_rr_type2str(ldns_rr_get_type(&rr)));
  return {to_lower(owner ? owner.get() : ""), ldns_rr_ttl(&rr), type ? type.get() : "", rdata_of(rr)};
}

}  // namespace

Result<std::vector<Record>> parse_zone_file(std::string_view text, std::string_view zone) {
  if (text.empty()) return std::vector<Record>{};
  const std::unique_ptr<std::FILE, CloseFile> file(::fmemopen(const_cast<char*>(text.data()), text.size(), "r"));
  if (!file) return lab_error("can't read the zone file from memory");
  const std::string origin_text = zone == "." ? "." : fmt::format("{}.", zone);
  ldns_rdf* origin = ldns_dname_new_frm_str(origin_text.c_str());
  if (origin == nullptr) return usage_error(fmt::format("'{}' is no domain name", printable(zone)));
  ldns_rdf* previous = nullptr;
  std::uint32_t ttl = kDefaultTtl;
  int line = 0;
  std::vector<Record> records;
  Result<void> outcome;
  while (std::feof(file.get()) == 0) {
    ldns_rr* rr = nullptr;
    const int first_line = line + 1;
    const ldns_status status = ldns_rr_new_frm_fp_l(&rr, file.get(), &ttl, &origin, &previous, &line);
    const std::unique_ptr<ldns_rr, FreeRecord> owned(rr);
    if (status == LDNS_STATUS_OK) {
      records.push_back(record_of(*rr));
    } else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL && status != LDNS_STATUS_SYNTAX_ORIGIN) {
      outcome = usage_error(fmt::format("is no record: {}", ldns_get_errorstr_by_id(status)), fmt::format("line {}", first_line));
      break;
    }
  }
  ldns_rdf_deep_free(origin);
  if (previous != nullptr) ldns_rdf_deep_free(previous);
  if (!outcome) return std::unexpected(outcome.error());
  return records;
}

}  // namespace labctl::dns
