#pragma once

#include <stop_token>
#include <string>

#include "labctl/base/clock.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/lab/hosts.h"
#include "labctl/lab/name_servers.h"
#include "labctl/lab/zone_history.h"
#include "labctl/lab/zone_place.h"

namespace labctl::lab {

/// Written before a transaction begins and after it ended, so that one which a killed labctl left open can be told from
/// a participant's own.
inline constexpr const char* kIntentFile = "/run/knot/labctl-transaction";

/// A zone's file, and how it differs from what the name server has loaded.
struct ZoneFile {
  std::string text;
  /// "- " only loaded, "+ " only in the file; the SOA is left out. An error (`usage`, at file:line): it can't be read.
  Result<std::string> difference;
};

/// What editing and repairing a zone have in common.
class ZoneDesk {
 public:
  ZoneDesk(Hosts& hosts, NameServers& servers, Clock& clock, std::stop_token stop, ZoneHistory history)
      : hosts_(hosts), servers_(servers), clock_(clock), stop_(std::move(stop)), history_(std::move(history)) {}

  /// One labctl at a time changes a zone: waits for another one's edit, which takes a moment. Held as long as the value
  /// lives.
  [[nodiscard]] Result<FileDescriptor> lock(const ZonePlace& place) const;
  [[nodiscard]] Result<ZoneFile> file_of(const ZonePlace& place) const;
  [[nodiscard]] Result<std::vector<dns::Record>> loaded(const ZonePlace& place) const;
  /// "- " only among the records, "+ " only in the text of a zone file; no serial, nothing that knotd makes itself.
  /// Errors: `usage` at the line that can't be read.
  [[nodiscard]] Result<std::string> difference(const ZonePlace& place, const std::vector<dns::Record>& records,
                                               const std::string& text) const;
  [[nodiscard]] bool is_same(const ZonePlace& place, const std::vector<dns::Record>& records,
                             const std::string& text) const;
  /// Keeps the text beside the zone's file, never over one that was kept before: "FILE.WHY-1". Returns the path.
  [[nodiscard]] Result<std::string> set_aside(const ZonePlace& place, std::string_view why,
                                              const std::string& text) const;
  /// Whether the zone's open transaction is one that a labctl left behind: it said so on the host, and the transaction
  /// holds nothing but what it wanted.
  [[nodiscard]] Result<bool> transaction_is_own(const ZonePlace& place) const;
  /// Ends the open transaction without effect.
  [[nodiscard]] Result<void> abort_transaction(const ZonePlace& place) const;
  /// Writes into the history, or drops from it, what a labctl that was ended in the midst of an edit noted as pending.
  /// The caller holds the lock, and no transaction of labctl is open.
  [[nodiscard]] Result<void> settle_pending(const ZonePlace& place) const;

  [[nodiscard]] const ZoneHistory& history() const { return history_; }

 private:
  Hosts& hosts_;
  NameServers& servers_;
  Clock& clock_;
  std::stop_token stop_;
  ZoneHistory history_;
};

}  // namespace labctl::lab
