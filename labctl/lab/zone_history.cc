#include "labctl/lab/zone_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/json.h"

namespace labctl::lab {
namespace {

constexpr std::size_t kKeptEntries = 1000;
constexpr const char* kHistoryHint = "remove the file; the zone itself is as it is";

Json lines_json(const std::vector<dns::Record>& records) {
  Json lines = Json::array();
  for (const auto& record : records) lines.push_back(dns::to_line(record));
  return lines;
}

Json to_history_json(const ZoneHistoryEntry& entry) {
  return {{"number", entry.number},
          {"at", entry.at},
          {"why", entry.edit.why},
          {"undoes", entry.edit.undoes},
          {"serial_before", entry.serial_before},
          {"serial_after", entry.serial_after},
          {"interrupted", entry.interrupted},
          {"remove", lines_json(entry.edit.remove)},
          {"add", lines_json(entry.edit.add)}};
}

Result<std::vector<dns::Record>> records_in(const Json& lines, const std::string& zone) {
  std::vector<dns::Record> records;
  for (const auto& line : lines) {
    LABCTL_ASSIGN(auto record, dns::parse_record(line.get<std::string>(), zone));
    records.push_back(std::move(record));
  }
  return records;
}

Result<ZoneHistoryEntry> from_history_json(const Json& json, const std::string& zone) {
  try {
    ZoneHistoryEntry entry{.number = json.at("number").get<int>(),
                           .at = json.at("at").get<std::string>(),
                           .serial_before = json.at("serial_before").get<std::uint32_t>(),
                           .serial_after = json.at("serial_after").get<std::uint32_t>(),
                           .interrupted = json.at("interrupted").get<bool>(),
                           .edit = {.zone = zone,
                                    .remove = {},
                                    .add = {},
                                    .why = json.at("why").get<std::string>(),
                                    .undoes = json.at("undoes").get<int>()}};
    LABCTL_ASSIGN(entry.edit.remove, records_in(json.at("remove"), zone));
    LABCTL_ASSIGN(entry.edit.add, records_in(json.at("add"), zone));
    return entry;
  } catch (const Json::exception& failure) {
    return lab_error(fmt::format("the zone's history can't be read: {}", failure.what()));
  }
}

/// The file's JSON; null when there is no file.
Result<Json> json_in(const std::string& path) {
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return Json();
  LABCTL_ASSIGN(const auto text, read_file(path));
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return lab_error("the zone's history can't be read", path, kHistoryHint);
  return json;
}

Result<void> remove_history_file(const std::string& path) {
  std::error_code code;
  std::filesystem::remove(path, code);
  if (code) return system_error("can't remove the file", code.value(), path);
  return {};
}

}  // namespace

bool is_undone(const std::vector<ZoneHistoryEntry>& entries, int number) {
  return std::ranges::any_of(entries, [&](const ZoneHistoryEntry& later) {
    // An entry's number is higher than that of what it takes back, so this ends.
    return later.edit.undoes == number && later.number > number && !is_undone(entries, later.number);
  });
}

const ZoneHistoryEntry* newest_undoable(const std::vector<ZoneHistoryEntry>& entries) {
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
    if (entry->edit.undoes == 0 && !is_undone(entries, entry->number)) return &*entry;
  return nullptr;
}

std::string ZoneHistory::file_of(const std::string& zone, std::string_view what) const {
  return fmt::format("{}/{}.{}", directory_, zone == "." ? "root" : zone, what);
}

Result<std::vector<ZoneHistoryEntry>> ZoneHistory::entries(const std::string& zone) const {
  const std::string path = file_of(zone, "history");
  LABCTL_ASSIGN(const auto json, json_in(path));
  std::vector<ZoneHistoryEntry> entries;
  for (const auto& one : json) {
    auto entry = from_history_json(one, zone);
    if (!entry) return lab_error(entry.error().message, path, kHistoryHint);
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<std::optional<ZoneHistoryEntry>> ZoneHistory::pending(const std::string& zone) const {
  const std::string path = file_of(zone, "pending");
  LABCTL_ASSIGN(const auto json, json_in(path));
  if (json.is_null()) return std::nullopt;
  auto entry = from_history_json(json, zone);
  if (!entry) return lab_error(entry.error().message, path, kHistoryHint);
  return *std::move(entry);
}

Result<void> ZoneHistory::begin(ZoneHistoryEntry entry) const {
  LABCTL_TRY(make_directories(directory_));
  LABCTL_ASSIGN(const auto before, entries(entry.edit.zone));
  entry.number = before.empty() ? 1 : before.back().number + 1;
  return write_file(file_of(entry.edit.zone, "pending"), to_history_json(entry).dump() + "\n");
}

Result<void> ZoneHistory::finish(const std::string& zone, std::uint32_t serial_after, bool interrupted) const {
  LABCTL_ASSIGN(auto entry, pending(zone));
  if (!entry) return {};
  entry->serial_after = serial_after;
  entry->interrupted = interrupted;
  LABCTL_ASSIGN(auto all, entries(zone));
  // Ended between the two files' writing: it is there already.
  if (all.empty() || all.back().number < entry->number) {
    all.push_back(*std::move(entry));
    if (all.size() > kKeptEntries) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kKeptEntries));
    Json json = Json::array();
    for (const auto& one : all) json.push_back(to_history_json(one));
    LABCTL_TRY(write_file(file_of(zone, "history"), json.dump(0) + "\n"));
  }
  return abandon(zone);
}

Result<void> ZoneHistory::abandon(const std::string& zone) const {
  return remove_history_file(file_of(zone, "pending"));
}

Result<void> ZoneHistory::keep(const std::string& zone, const std::vector<dns::Record>& records) const {
  LABCTL_ASSIGN(const auto older, kept(zone));
  if (older) return {};
  LABCTL_TRY(make_directories(directory_));
  return write_file(file_of(zone, "kept"), lines_json(records).dump(0) + "\n");
}

Result<std::optional<std::vector<dns::Record>>> ZoneHistory::kept(const std::string& zone) const {
  const std::string path = file_of(zone, "kept");
  LABCTL_ASSIGN(const auto json, json_in(path));
  if (json.is_null()) return std::nullopt;
  try {
    LABCTL_ASSIGN(auto records, records_in(json, zone));
    return records;
  } catch (const Json::exception& failure) {
    return lab_error(fmt::format("what the zone held before a run can't be read: {}", failure.what()), path,
                     kHistoryHint);
  }
}

Result<void> ZoneHistory::drop_kept(const std::string& zone) const {
  return remove_history_file(file_of(zone, "kept"));
}

Result<void> ZoneHistory::forget(const std::string& zone) const {
  LABCTL_TRY(drop_kept(zone));
  LABCTL_TRY(remove_history_file(file_of(zone, "pending")));
  return remove_history_file(file_of(zone, "history"));
}

}  // namespace labctl::lab
