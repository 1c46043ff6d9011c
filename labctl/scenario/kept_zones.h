#pragma once

#include <map>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/lab/ports.h"

namespace labctl::scenario {

/// The zones as they were before a run of lessons, to be put back at its end.
class KeptZones {
 public:
  KeptZones(const lab::Ports& ports, const std::vector<std::string>& participants)
      : ports_(ports), participants_(participants) {}

  /// Reads them. The zones that all participants share are cleared of what a run that was cut left there.
  Result<void> remember();
  /// Puts the participants' zones back; nothing when nothing was remembered.
  Result<void> put_back() const;
  /// Takes away what a lesson published above the participants' zones.
  Result<void> put_back_above() const;

 private:
  Result<void> become(const std::string& zone, const std::vector<dns::Record>& wanted) const;

  const lab::Ports& ports_;
  const std::vector<std::string>& participants_;
  std::map<std::string, std::vector<dns::Record>> before_;  ///< by zone
};

}  // namespace labctl::scenario
