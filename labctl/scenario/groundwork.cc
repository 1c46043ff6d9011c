#include "labctl/scenario/groundwork.h"

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {
namespace {

std::string_view folder_of(const Scenario& scenario) {
  const auto slash = scenario.name.rfind('/');
  return slash == std::string::npos ? std::string_view{} : std::string_view(scenario.name).substr(0, slash);
}

/// A row of a table begins with its zone anew, so that it stands on nothing.
bool stands_on(const Scenario& scenario, const Scenario& earlier) {
  return !scenario.row && !earlier.row && !folder_of(earlier).empty() && folder_of(earlier) == folder_of(scenario);
}

}  // namespace

std::optional<Groundwork> missing_groundwork(const std::vector<Scenario>& scenarios, const EvidenceByScenario& evidence,
                                             const Scenario& scenario, const Step& step) {
  for (const auto& earlier : scenarios) {
    const bool own = earlier.name == scenario.name;
    if (!own && !stands_on(scenario, earlier)) continue;
    const auto left = evidence.find(earlier.name);
    for (const auto& one : earlier.steps) {
      if (own && one.id == step.id) return std::nullopt;
      if (!one.kind->changes || left == evidence.end()) continue;
      const auto found = left->second.find(one.id);
      if (found != left->second.end() && found->second.trouble) return Groundwork{one.id, *found->second.trouble};
    }
    if (own) break;
  }
  return std::nullopt;
}

}  // namespace labctl::scenario
