#include "labctl/dns/zone_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "labctl/dns/serial.h"

namespace labctl::dns {
namespace {

bool same_but_serial(const Record& a, const Record& b) {
  if (a.type != "SOA") return a == b;
  return soa_with_serial(a, 0) == soa_with_serial(b, 0);
}

auto find_record(const std::vector<Record>& records, const Record& wanted) {
  return std::ranges::find_if(records, [&](const Record& record) { return same_but_serial(record, wanted); });
}

bool has_record(const std::vector<Record>& records, const Record& wanted) {
  return find_record(records, wanted) != records.end();
}

}  // namespace

ZoneEdit edit_to_equal(std::string_view zone, const std::vector<Record>& current, const std::vector<Record>& wanted) {
  ZoneEdit edit{.zone = std::string(zone), .remove = {}, .add = {}};
  const auto missing_in = [](const std::vector<Record>& others) {
    return [&others](const Record& record) { return !has_record(others, record); };
  };
  std::ranges::copy_if(current, std::back_inserter(edit.remove), missing_in(wanted));
  std::ranges::copy_if(wanted, std::back_inserter(edit.add), missing_in(current));
  return edit;
}

ZoneEdit written_out(ZoneEdit edit, const std::vector<Record>& current) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> ttls;
  for (const auto& record : edit.add) ttls[{record.owner, record.type}] = record.ttl;
  for (auto& record : edit.add) record.ttl = ttls[{record.owner, record.type}];
  for (const auto& old : current) {
    const auto ttl = ttls.find({old.owner, old.type});
    if (ttl == ttls.end() || ttl->second == old.ttl || has_record(edit.remove, old)) continue;
    edit.remove.push_back(old);
    Record kept = old;
    kept.ttl = ttl->second;
    if (!has_record(edit.add, kept)) edit.add.push_back(std::move(kept));
  }
  const auto keep_one_of_each = [](std::vector<Record>& records) {
    std::vector<Record> once;
    for (auto& record : records)
      if (!has_record(once, record)) once.push_back(std::move(record));
    records = std::move(once);
  };
  keep_one_of_each(edit.remove);
  keep_one_of_each(edit.add);
  // What goes and comes back is no change, and what is there need not come.
  std::vector<Record> unchanged;
  for (const auto& record : edit.add)
    if (has_record(edit.remove, record)) unchanged.push_back(record);
  const auto no_change = [&](const Record& record) { return has_record(unchanged, record); };
  std::erase_if(edit.remove, no_change);
  std::erase_if(edit.add, [&](const Record& record) { return no_change(record) || has_record(current, record); });
  return edit;
}

ZoneEdit inverse(const ZoneEdit& edit) { return {.zone = edit.zone, .remove = edit.add, .add = edit.remove}; }

Result<std::vector<Record>> applied(std::vector<Record> records, const ZoneEdit& edit) {
  for (const auto& record : edit.remove) {
    const auto found = find_record(records, record);
    if (found == records.end()) return usage_error(fmt::format("the zone has no such record: {}", to_line(record)));
    records.erase(found);
  }
  for (const auto& record : edit.add) {
    if (has_record(records, record))
      return usage_error(fmt::format("the zone has the record already: {}", to_line(record)));
    records.push_back(record);
  }
  return records;
}

bool took_effect(const ZoneEdit& edit, const std::vector<Record>& records) {
  return std::ranges::all_of(edit.add, [&](const Record& record) { return has_record(records, record); }) &&
         std::ranges::none_of(edit.remove, [&](const Record& record) {
           return has_record(records, record) && !has_record(edit.add, record);
         });
}

}  // namespace labctl::dns
