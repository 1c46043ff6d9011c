#pragma once

#include <string_view>

#include "labctl/base/error.h"
#include "labctl/host/host.h"

namespace labctl::lab {

/// Looks up a lab host's transport by its name in the lab table. Safe from several threads at once.
class Hosts {
 public:
  virtual ~Hosts() = default;
  /// Errors: `usage` for an unknown host, `lab` for one that isn't running.
  virtual Result<host::Host*> find(std::string_view name) = 0;
};

}  // namespace labctl::lab
