#pragma once

#include <map>
#include <optional>
#include <string>

#include "labctl/base/placeholders.h"
#include "labctl/evidence/evidence.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// What one participant's steps of one scenario left, by step id.
using EvidenceByStep = std::map<std::string, evidence::StepEvidence, std::less<>>;

/// A change of the lab that could not be made, on which later steps stand.
struct Groundwork {
  std::string step;
  evidence::Trouble trouble;
};

/// Judges one step: a pure function of the evidence, so a run can be graded again from its files. A step without
/// evidence is a skip; trouble is an error that names the culprit.
/// @param values the participant's placeholders
/// @param look where a person finds the evidence
/// @param missing a change that the step stands on and that was not made: nothing that it shows says anything
StepVerdict judge_step(const Scenario& scenario, const Step& step, const EvidenceByStep& evidence,
                       const Placeholders& values, const std::string& look,
                       const std::optional<Groundwork>& missing = std::nullopt);

}  // namespace labctl::scenario
