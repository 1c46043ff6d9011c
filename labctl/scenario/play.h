#pragma once

#include <functional>

#include "labctl/base/error.h"
#include "labctl/evidence/evidence.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/judge.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// How a step's evidence comes about: played, or found as a person left it.
using Observe = std::function<Result<Observation>(const StepContext&)>;

/// Observes one step of one participant, and makes evidence of all that happens: an error of the lab becomes trouble.
/// A step whose `of` has no evidence is not observed: its evidence says that it is missing. Errors: `interrupted` only.
Result<evidence::StepEvidence> observe_step(const lab::Ports& ports, const topology::Participant& participant,
                                            const Scenario& scenario, const Step& step, const EvidenceByStep& so_far,
                                            const Observe& observe);

}  // namespace labctl::scenario
