#pragma once

#include <string>

#include "labctl/base/error.h"
#include "labctl/topology/topology.h"

namespace labctl::config {

/// Reads lab.toml: `lab`, `domain`, `participants`, `listen`, `listen_port_base`, `stack`, `profile`,
/// `receivers`, each of them optional. Errors:
/// `usage` at file:line:column for an unknown key, a wrong type, and a value that no lab can have.
Result<topology::LabSettings> load_lab_settings(const std::string& path);

}  // namespace labctl::config
