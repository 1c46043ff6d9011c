#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "labctl/lab/hosts.h"
#include "labctl/lab/ports.h"

namespace labctl::lab {

/// The ports of one lab, together.
struct PortSet {
  std::unique_ptr<ZonePort> zones;
  std::unique_ptr<MailPort> mail;
  std::unique_ptr<HostPort> hosts;
};

/// Where the locks and histories of the lab's zones are.
std::string zone_directory(const topology::Topology& topology);

/// The ports over a lab's hosts. All arguments outlive the set.
PortSet make_ports(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials,
                   Clock& clock, std::stop_token stop);

}  // namespace labctl::lab
