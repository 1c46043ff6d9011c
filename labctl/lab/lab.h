#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/host/host.h"
#include "labctl/lab/ports.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

class ZoneAdmin;

/// One line of news while a verb changes a lab: "receiver.m001: ready".
using Progress = std::function<void(std::string_view what)>;

/// Makes the lab, or completes and repairs one that is half up; returns when every service answers. Errors: `usage`
/// when a lab of that name with other settings is up; `lab` with the failing unit's log.
Result<void> up(const topology::LabSettings& settings, const Progress& progress, std::stop_token stop = {});

/// Adds the forwarders and lists (labctl/topology/intermediary.h) that a lab lacks, and touches none of its other
/// hosts; does nothing for a lab that is not up. Errors: `usage` for a name that is none; `lab` while somebody is
/// played.
Result<void> add_intermediaries(const std::string& lab, const std::vector<std::string>& names, const Progress& progress,
                                std::stop_token stop = {});

/// Removes every process, namespace, mount, cgroup and file of the lab; goes by labctl's own record. A lab that isn't
/// there is no error.
Result<void> down(const std::string& lab, const Progress& progress);

/// Puts participants back to the start (zone, keys, mailboxes, queues, their state in Redis).
Result<void> reset(const std::string& lab, const std::vector<std::string>& participants, const Progress& progress,
                   std::stop_token stop = {});

/// A unit of a host, as systemd sees it.
struct ServiceStatus {
  std::string unit;   ///< "knot.service"
  std::string state;  ///< systemd's ActiveState and SubState: "active (running)"
  bool ok = false;
};

/// A host and the units that its roles want.
struct HostStatus {
  std::string host;
  bool running = false;
  std::vector<ServiceStatus> services;
};

/// A way in from outside, published by `up --listen`.
struct Forward {
  std::string what;    ///< "ssh island", "imap m001"
  std::string listen;  ///< "127.0.0.1:2200"
  std::string target;  ///< "198.18.0.22:22"
};

/// How much of a lab a reader needs.
enum class Completeness {
  whole,  ///< one that `up` came to the end of
  any,    ///< a half-up one too: to look at what is wrong with it
};

/// A lab that is up, as readers see it. Never takes the lab's lock. Safe from several threads at once.
class Lab {
 public:
  /// Errors: `lab` when no lab of that name is up, naming those that are.
  static Result<std::unique_ptr<Lab>> open(const std::string& name, Completeness needed = Completeness::whole);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  [[nodiscard]] const topology::Topology& topology() const;
  [[nodiscard]] const topology::Credentials& credentials() const;
  [[nodiscard]] const std::vector<Forward>& forwards() const;
  /// Errors: `usage` for an unknown host, with the nearest name.
  Result<host::Host*> host(std::string_view name);
  /// A program that opens an interactive login shell, or runs `command` on the caller's terminal, on a host and within
  /// its bounds.
  Result<ProcessSpec> terminal_command(std::string_view host, const std::vector<std::string>& command);
  Result<std::vector<HostStatus>> status();
  /// What steps get. Lives as long as the lab object.
  Ports ports(std::stop_token stop = {});
  /// Lives no longer than the lab object.
  std::unique_ptr<ZoneAdmin> zone_admin(std::stop_token stop = {});

 private:
  struct Impl;
  explicit Lab(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Names of the labs that are up (or half up) on this machine.
std::vector<std::string> labs();

}  // namespace labctl::lab
