#include "labctl/report/columns.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace labctl::report {

std::vector<Column> columns_of(const scenario::RunVerdict& run) {
  std::vector<Column> columns;
  std::set<std::pair<std::string, std::string>> known;
  std::map<std::string, int> uses;
  for (const auto& participant : run.participants)
    for (const auto& step : participant.steps)
      if (known.emplace(step.scenario, step.step).second) {
        columns.push_back({step.scenario, step.step, step.step});
        ++uses[step.step];
      }
  for (auto& column : columns)
    if (uses[column.step] > 1) column.label = column.scenario + " " + column.step;
  return columns;
}

const scenario::StepVerdict* step_in(const scenario::ParticipantVerdict& participant, const Column& column) {
  const auto found = std::ranges::find_if(participant.steps, [&](const scenario::StepVerdict& step) {
    return step.step == column.step && step.scenario == column.scenario;
  });
  return found == participant.steps.end() ? nullptr : &*found;
}

std::string_view mark_of(scenario::Outcome outcome) {
  static constexpr std::array<std::string_view, 4> kMarks{"ok", "FAIL", "ERR", "-"};
  return kMarks[static_cast<std::size_t>(outcome)];
}

}  // namespace labctl::report
