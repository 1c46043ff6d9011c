#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "labctl/evidence/evidence.h"
#include "labctl/scenario/judge.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// One participant's evidence, by scenario name.
using EvidenceByScenario = std::map<std::string, EvidenceByStep, std::less<>>;

/// The first change of the lab that could not be made, of those that `step` stands on: steps before it in its scenario
/// and in the earlier scenarios of its folder (a course; a row of a table stands alone). None when all were made, or
/// not tried.
std::optional<Groundwork> missing_groundwork(const std::vector<Scenario>& scenarios, const EvidenceByScenario& evidence,
                                             const Scenario& scenario, const Step& step);

}  // namespace labctl::scenario
