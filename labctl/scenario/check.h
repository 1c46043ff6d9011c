#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// What to judge of a participant's work by hand.
struct CheckOptions {
  std::string participant;
  std::vector<std::string> steps;  ///< ids; empty: the open step
  bool all = false;                ///< every step, in the order of the course
  std::string state_dir;           ///< where each participant's state file is; made when it isn't there
};

/// Judges steps that a person did by hand, with the expectations that a run has. A step opens when the one before it
/// passes, or by open_step(); the first is open from the start. Only what came since a step was opened is evidence for
/// it; without evidence it is a skip. A passed step keeps its evidence, so that a later step can't undo it. Errors:
/// `usage` for an unknown participant or step.
Result<RunVerdict> check(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const CheckOptions& options);

/// Opens a step now, whatever came before, and forgets what it kept.
Result<void> open_step(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const std::string& participant,
                       const std::string& step, const std::string& state_dir);

/// What was done for the participant until now is not their own work: their open step begins anew. A run ends so.
Result<void> begin_open_step_anew(const lab::Ports& ports, const std::vector<Scenario>& scenarios,
                                  const std::string& participant, const std::string& state_dir);

}  // namespace labctl::scenario
