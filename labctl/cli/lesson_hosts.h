#pragma once

#include <memory>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"
#include "labctl/lab/lab.h"
#include "labctl/scenario/scenario.h"

namespace labctl::cli {

/// The lab to play these scenarios in: the forwarders and lists that they need and it lacks are added first.
Result<std::unique_ptr<lab::Lab>> open_lab_to_play(const std::vector<scenario::Scenario>& scenarios,
                                                   const Context& context);

/// The lab to work in by hand. Errors: `usage` when it lacks a host that the scenarios need, with what adds it.
Result<std::unique_ptr<lab::Lab>> open_lab_by_hand(const std::vector<scenario::Scenario>& scenarios,
                                                   const Context& context);

}  // namespace labctl::cli
