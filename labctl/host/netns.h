#pragma once

#include <memory>
#include <string>

#include "labctl/base/endpoint.h"

namespace labctl::host {

/// Sockets made inside the network namespace /run/netns/`name`.
std::shared_ptr<SocketSource> sockets_in(const std::string& name);

}  // namespace labctl::host
