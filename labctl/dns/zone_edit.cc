#include "labctl/dns/zone_edit.h"

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

/// What a TXT record is for: "v=spf1" and the like up to the first separator; the whole text when it has no version.
std::string kind_of(const Record& record) {
  std::string text = to_lower(txt_content(record).value_or(record.rdata));
  if (text.starts_with("v=")) return text.substr(0, text.find_first_of(" ;"));
  // RFC 6376 section 3.6.1: a key's v= may be left out.
  if (record.owner.find("._domainkey.") != std::string::npos) return "v=dkim1";
  return text;
}

bool same_place(const Record& a, const Record& b) {
  return a.owner == b.owner && a.type == b.type && (a.type != "TXT" || kind_of(a) == kind_of(b));
}

}  // namespace

ZoneEdit edit_to_set(std::string_view zone, const std::vector<Record>& current, const Record& record) {
  ZoneEdit edit{.zone = std::string(zone), .remove = {}, .add = {}};
  bool there = false;
  for (const auto& old : current) {
    if (!same_place(old, record)) continue;
    if (old == record)
      there = true;
    else
      edit.remove.push_back(old);
  }
  if (!there) edit.add.push_back(record);
  return edit;
}

ZoneEdit edit_to_unset(std::string_view zone, const std::vector<Record>& current, std::string_view owner,
                       std::string_view type) {
  ZoneEdit edit{.zone = std::string(zone), .remove = {}, .add = {}};
  for (const auto& record : current)
    // The SOA stays: a zone without one is none.
    if (record.owner == owner && record.type != "SOA" && (type.empty() || equal_ignoring_case(record.type, type)))
      edit.remove.push_back(record);
  return edit;
}

std::string to_diff(const ZoneEdit& edit) {
  std::string text;
  for (const auto& record : edit.remove) text += "- " + to_line(record) + "\n";
  for (const auto& record : edit.add) text += "+ " + to_line(record) + "\n";
  return text;
}

}  // namespace labctl::dns
