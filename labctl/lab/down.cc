#include <fmt/format.h>

#include <filesystem>

#include "labctl/host/cgroup.h"
#include "labctl/host/disk.h"
#include "labctl/host/network.h"
#include "labctl/host/places.h"
#include "labctl/lab/kernel_limits.h"
#include "labctl/lab/lab.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/record.h"
#include "labctl/lab/transition.h"

namespace labctl::lab {
namespace {
namespace fs = std::filesystem;

Result<void> remove_directory(const std::string& directory) {
  std::error_code code;
  fs::remove_all(directory, code);
  if (code) return lab_error(fmt::format("can't remove the directory: {}", code.message()), directory);
  return {};
}

/// Namespaces of the lab: found by their names, which no other lab can have.
Result<void> remove_namespaces(const std::string& lab) {
  const std::string own = host::switch_netns(lab);
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator("/run/netns", code)) {
    auto name = entry.path().filename().string();
    if (name == own || name.starts_with(own + ".")) names.push_back(std::move(name));
  }
  for (const auto& name : names) LABCTL_TRY(host::remove_netns(name));
  return {};
}

}  // namespace

Result<void> down(const std::string& lab, const Progress& progress) {
  LABCTL_TRY(topology::make_topology({.lab = lab}));  // Nothing is removed under a name that is none.
  LABCTL_ASSIGN(const auto lock, lock_lab(lab));
  reached("down.locked");
  const bool was_there = fs::exists(host::state_directory(lab));
  // Everything of a lab hangs below names made from the lab's own: removed whatever the record says, or whether a
  // killed `up` came to write one.
  const host::Cgroup group(lab);
  LABCTL_TRY(group.kill_all(real_clock()));
  reached("down.processes");
  LABCTL_TRY(host::unmount_below(host::state_directory(lab)));
  reached("down.mounts");
  LABCTL_TRY(remove_namespaces(lab));
  reached("down.namespaces");
  LABCTL_TRY(remove_directory(host::disk_directory(lab)));
  reached("down.disks");
  LABCTL_TRY(group.remove(real_clock()));
  reached("down.cgroups");
  LABCTL_TRY(remove_directory(host::state_directory(lab)));
  reached("down.state");
  LABCTL_TRY(restore_kernel_limits());
  progress(was_there ? fmt::format("lab '{}' is down", lab) : fmt::format("lab '{}' was not up", lab));
  return {};
}

}  // namespace labctl::lab
