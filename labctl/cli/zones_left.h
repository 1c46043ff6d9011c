#pragma once

#include <string>
#include <vector>

#include "labctl/cli/verb.h"
#include "labctl/lab/lab.h"

namespace labctl::cli {

/// Puts back, and says so, what a run of lessons that was killed left in the zones of these participants; each one's
/// lock is held by the caller. What can't be put back now is told, and stays noted.
void put_back_what_a_run_left(lab::Lab& lab, const std::vector<std::string>& participants, const Context& context);

/// The same for every participant of the context's lab whom no labctl plays at the moment. Nothing without a lab.
void put_back_what_a_run_left(const Context& context);

/// Says which zones an interrupted run could not put back in time.
void tell_zones_left(const lab::Lab& lab, const std::vector<std::string>& participants);

}  // namespace labctl::cli
