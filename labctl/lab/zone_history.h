#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::lab {

/// One edit by labctl, as the history keeps it.
struct ZoneHistoryEntry {
  int number = 0;  ///< 1 …
  std::string at;  ///< RFC 3339
  std::uint32_t serial_before = 0;
  std::uint32_t serial_after = 0;
  bool interrupted = false;  ///< labctl was ended in the midst; found later that it had taken effect
  dns::ZoneEdit edit;
};

/// The newest entry that takes nothing back and was not taken back; null when there is none.
const ZoneHistoryEntry* newest_undoable(const std::vector<ZoneHistoryEntry>& entries);
/// Whether a later entry that stands took this one back.
bool is_undone(const std::vector<ZoneHistoryEntry>& entries, int number);

/// The edits of the lab's zones, in files of the lab's state: gone with the lab. An edit is noted as pending before it
/// begins, so that what a killed labctl did is known. The caller holds the zone's lock for all that writes.
class ZoneHistory {
 public:
  explicit ZoneHistory(std::string directory) : directory_(std::move(directory)) {}

  /// Oldest first; the last thousand.
  [[nodiscard]] Result<std::vector<ZoneHistoryEntry>> entries(const std::string& zone) const;
  [[nodiscard]] Result<std::optional<ZoneHistoryEntry>> pending(const std::string& zone) const;
  /// Gives the entry its number.
  Result<void> begin(ZoneHistoryEntry entry) const;
  /// The pending edit took effect.
  Result<void> finish(const std::string& zone, std::uint32_t serial_after, bool interrupted) const;
  /// The pending edit did not.
  [[nodiscard]] Result<void> abandon(const std::string& zone) const;
  /// What the zone holds before a run of lessons changes it, so that it comes back though the run is killed. What is
  /// noted already stays: it is older.
  [[nodiscard]] Result<void> keep(const std::string& zone, const std::vector<dns::Record>& records) const;
  /// What was noted; none when nothing is.
  [[nodiscard]] Result<std::optional<std::vector<dns::Record>>> kept(const std::string& zone) const;
  /// The zone is as it was.
  [[nodiscard]] Result<void> drop_kept(const std::string& zone) const;
  /// Everything about the zone: it is made anew.
  [[nodiscard]] Result<void> forget(const std::string& zone) const;
  /// Where the zone's lock is.
  [[nodiscard]] std::string lock_file(const std::string& zone) const { return file_of(zone, "lock"); }

 private:
  [[nodiscard]] std::string file_of(const std::string& zone, std::string_view what) const;
  std::string directory_;
};

}  // namespace labctl::lab
