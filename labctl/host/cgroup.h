#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"

namespace labctl::host {

/// What one host may use.
struct CgroupLimits {
  std::uint32_t processes = 512;
  std::uint64_t memory_bytes = 512ULL << 20U;
};

/// The control group of one host, made by labctl itself since a unit's limits don't apply to a directly started
/// systemd-nspawn. Works on cgroup v1 (a group in each hierarchy that bounds something, and in systemd's own) and
/// on v2.
class Cgroup {
 public:
  /// @param path below labctl's own group: "LAB" or "LAB/HOST".
  explicit Cgroup(std::string_view path);

  [[nodiscard]] Result<void> create(const CgroupLimits& limits) const;
  /// The cgroup.procs files that a new process of the group writes itself into before it starts.
  [[nodiscard]] std::vector<std::string> join_files() const;
  /// SIGKILL to every process of the group, again and again until none is left.
  [[nodiscard]] Result<void> kill_all(Clock& clock, Milliseconds patience = Milliseconds{15'000}) const;
  /// Removes the group and the groups below it; none is no error.
  [[nodiscard]] Result<void> remove(Clock& clock) const;
  [[nodiscard]] std::vector<int> processes() const;

 private:
  std::vector<std::string> directories_;  // one a hierarchy
  bool unified_ = false;
};

}  // namespace labctl::host
