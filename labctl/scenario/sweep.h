#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// Ways to break a lesson on purpose: "records", "policy", …
std::vector<std::string> break_names();

/// A lesson that was broken: its message must fail.
struct Broken {
  Scenario scenario;
  std::string how;  ///< "policy: p=none where a policy was to act"
};

/// Breaks a row of a table: by the way that it names, or by what it expects. Errors: `usage` for a lesson that is no
/// row, or in which that way finds nothing to break.
Result<Broken> broken(const Scenario& scenario);

}  // namespace labctl::scenario
