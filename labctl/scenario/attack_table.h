#pragma once

#include <string>
#include <vector>

#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// What each attack comes to at each receiver stack, as a table of Markdown; empty when no lesson is an attack.
std::string attack_table(const std::vector<Scenario>& lessons);

}  // namespace labctl::scenario
