#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// Reads a scenario, or the row of a table that the end of `name` says, and checks all of it without a lab. Errors:
/// `usage` at file:line:column.
/// @param name of the scenario: "hands-on/4-dmarc"
Result<Scenario> parse_scenario(std::string_view text, const std::string& file, std::string name);

/// The same from a file.
Result<Scenario> load_scenario(const std::string& path, std::string name);

/// All that a file has: the scenario, or the rows of a table of lessons, each a scenario called NAME/ID.
Result<std::vector<Scenario>> load_scenarios_of(const std::string& path, const std::string& name);

}  // namespace labctl::scenario
