#pragma once

#include <vector>

#include "labctl/base/error.h"
#include "labctl/lab/lab.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// The ways in that `--listen` asks for: island's SSH at the base port, the mailbox of participant number N at base +
/// N.
std::vector<Forward> forwards_of(const topology::LabSettings& settings, const topology::Topology& topology);

/// Errors: the first address and port that something else listens on.
Result<void> check_forwards(const std::vector<Forward>& forwards);
/// Starts what listens and is not running yet: systemd-socket-activate holds the port outside, systemd-socket-proxyd
/// connects from inside the lab's network. Connections go inward only.
Result<void> start_forwards(const topology::Topology& topology, const std::vector<Forward>& forwards);

}  // namespace labctl::lab
