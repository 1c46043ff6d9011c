#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// Ways to break a lesson on purpose: "records", "policy", …
std::vector<std::string> break_names();

/// A lesson that was broken: its message must fail.
struct Broken {
  Scenario scenario;
  std::string how;                   ///< "policy: p=none where a policy was to act"
  std::optional<LocalText> skipped;  ///< why there is nothing to break: it does not apply to that receiver
};

/// Breaks a row of a table: by the way that it names, or by what it expects. Errors: `usage` for a lesson that is no
/// row, or in which that way finds nothing to break.
/// @param stack of the receivers that it is played on; empty: those of which the lesson says nothing of its own
Result<Broken> broken(const Scenario& scenario, std::string_view stack = {});

}  // namespace labctl::scenario
