#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/scenario/verdict.h"

namespace labctl::report {

/// A column of the class table: one step of one scenario.
struct Column {
  std::string scenario;
  std::string step;
  /// The step's id, or scenario and id where two scenarios of the run have a step of that id.
  std::string label;
};

/// The steps of a run in the order in which they come up; a participant that was cut short has fewer of them.
std::vector<Column> columns_of(const scenario::RunVerdict& run);

/// That participant's verdict of the column's step; null when the run did not come to it.
const scenario::StepVerdict* step_in(const scenario::ParticipantVerdict& participant, const Column& column);

/// What stands in the table's cell: "ok", "FAIL", "ERR", "-".
std::string_view mark_of(scenario::Outcome outcome);

}  // namespace labctl::report
