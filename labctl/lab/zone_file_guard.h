#pragma once

#include <memory>
#include <string>
#include <vector>

#include "labctl/host/file_watch.h"
#include "labctl/lab/zone_desk.h"

namespace labctl::lab {

/// What is done to a zone's file by hand while labctl changes the zone by control: Knot's flush puts another file in
/// its place, and what somebody wrote into it, or put there, shall not be lost by that.
class ZoneFileGuard {
 public:
  /// Begins to watch the file, and gives it a second name that outlives a labctl that is killed. All but `place`
  /// outlive the guard.
  [[nodiscard]] static Result<ZoneFileGuard> begin(Hosts& hosts, const ZoneDesk& desk, ZonePlace place);

  /// The file is still the one with this text: from now on it is guarded.
  [[nodiscard]] Result<bool> holds(const std::string& text);
  /// A file with the records that Knot has loaded has stood there, whatever stands there now.
  [[nodiscard]] Result<bool> is_flushed();
  /// Errors: `lab` when something was done by hand to a file that Knot has overwritten since; it tells the records and
  /// where the file is kept now.
  /// @param before the records of the guarded file
  [[nodiscard]] Result<void> require_nothing_overwritten(const std::vector<dns::Record>& before);

 private:
  ZoneFileGuard(host::Host& host, const ZoneDesk& desk, ZonePlace place, std::unique_ptr<host::FileWatch> watch)
      : host_(&host), desk_(&desk), place_(std::move(place)), watch_(std::move(watch)) {}

  [[nodiscard]] std::unexpected<Error> told(const host::StoodFile& overwritten, const std::vector<dns::Record>& before);

  host::Host* host_;
  const ZoneDesk* desk_;
  ZonePlace place_;
  std::unique_ptr<host::FileWatch> watch_;
  std::string text_;
};

}  // namespace labctl::lab
