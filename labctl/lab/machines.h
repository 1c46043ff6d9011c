#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/host/image.h"
#include "labctl/host/nspawn.h"
#include "labctl/lab/lab.h"
#include "labctl/lab/record.h"
#include "labctl/service/service.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// What every host of one lab is made from.
struct Blueprint {
  const topology::Topology& topology;
  const topology::Credentials& credentials;
  const host::Image& image;
  Clock& clock;
  const Progress& progress;  ///< called from one thread at a time
  std::stop_token stop;
};

host::NspawnMachine machine_of(const topology::Topology& topology, const topology::HostSpec& host);

/// All that the host's services want of it, in one.
Result<service::Deployment> deployment_of(const topology::Topology& topology, const topology::Credentials& credentials,
                                          const topology::HostSpec& host, const std::string& image_root);

/// Writes into the record which units the hosts want, for those of which it does not say so.
Result<void> note_units(Record& record, const topology::Credentials& credentials, const std::string& image_root);

/// Makes the hosts anew, from an empty disk to services that answer; in their order, as many at once as the machine has
/// processors for. Errors: the first host's, with the log of the unit that failed.
Result<void> make_hosts(const Blueprint& blueprint, const std::vector<const topology::HostSpec*>& hosts);

/// True when the host runs and was brought to the end of its boot.
bool has_booted(const topology::Topology& topology, const topology::HostSpec& host);

/// True when the host has booted; its stopped or failed units are started again.
Result<bool> mend_host(const Blueprint& blueprint, const topology::HostSpec& host);

/// Kills and removes what there is of these hosts: processes, mounts, disks, namespaces, control groups, directories.
Result<void> remove_hosts(const topology::Topology& topology, const std::vector<const topology::HostSpec*>& hosts,
                          Clock& clock);

}  // namespace labctl::lab
