#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

inline constexpr const char* kCourse = "hands-on";  ///< what is played when nothing is named

/// Names of all scenarios under scenarios/, sorted: "hands-on/0-preparation", …
std::vector<std::string> scenario_names();

/// Loads scenarios in the order given: "hands-on" is a course (every file of that directory, in the order of its
/// numbers), "hands-on/4-dmarc" one file of it, anything that ends in ".toml" or is a directory elsewhere a path.
/// Errors: `usage` for an unknown name, with the nearest one, for a file with a fault, and for two steps of the same
/// id.
Result<std::vector<Scenario>> find_scenarios(const std::vector<std::string>& names);

}  // namespace labctl::scenario
