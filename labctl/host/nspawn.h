#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/host/cgroup.h"
#include "labctl/host/host.h"
#include "labctl/host/places.h"

namespace labctl::host {

/// A container to boot: its root is mounted, its namespace connected, its control group made.
struct NspawnMachine {
  std::string lab;
  std::string name;  ///< of the host in the lab table
  std::string fqdn;
  HostPlaces places;

  [[nodiscard]] Cgroup cgroup() const { return Cgroup(lab + "/" + name); }
};

/// Boots Debian's systemd in the container and returns when it says that all its units have started or failed.
/// Errors: `lab` with the last lines of the console, `timeout`.
Result<void> boot(const NspawnMachine& machine, Clock& clock, Milliseconds patience, std::stop_token stop);

/// True while the container's systemd lives.
bool is_running(const NspawnMachine& machine);

/// The transport to a container on this machine.
std::unique_ptr<Host> nspawn_host(const NspawnMachine& machine);

/// Argument vector that runs `argv` inside the container with the caller's terminal; empty when it isn't running.
std::vector<std::string> inside(const NspawnMachine& machine, const std::vector<std::string>& argv);

}  // namespace labctl::host
