#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/lab/ports.h"
#include "labctl/lab/zone_history.h"

namespace labctl::scenario {

/// The zones as they were before a run of lessons, to be put back at its end; noted on disk too, so that what a killed
/// run left is put back by the next labctl.
class KeptZones {
 public:
  /// @param directory where they are noted; empty: nowhere
  KeptZones(const lab::Ports& ports, const std::vector<std::string>& participants, const std::string& directory);

  /// Reads and notes them. The zones that all participants share are cleared of what a run that was cut left there.
  Result<void> remember();
  /// Puts the participants' zones back, as many as there is time for, and the zones above; nothing when nothing was
  /// remembered. What could not be put back stays noted.
  /// @param zones by which way: an interrupted run's own ports do nothing any more
  Result<void> put_back(lab::ZonePort& zones, Milliseconds most) const;
  /// Takes away what a lesson published above the participants' zones.
  Result<void> put_back_above(lab::ZonePort& zones) const;

 private:
  const lab::Ports& ports_;
  const std::vector<std::string>& participants_;
  std::optional<lab::ZoneHistory> notes_;
  std::map<std::string, std::vector<dns::Record>> before_;  ///< by zone
};

/// Puts the zone back to what was noted of it before a run that was killed; false when nothing is noted. The caller
/// holds the participant's lock: no run goes on.
Result<bool> put_back_noted(lab::ZonePort& zones, const lab::ZoneHistory& notes, const std::string& zone);

}  // namespace labctl::scenario
