#pragma once

#include <string_view>
#include <vector>

#include "labctl/topology/topology.h"

namespace labctl::stack {

/// Names of the services (labctl/service) that a host with these roles runs, in the order in which they are deployed.
std::vector<std::string_view> services_of(const topology::HostSpec& host);

}  // namespace labctl::stack
