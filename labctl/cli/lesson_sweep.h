#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/verdict.h"

namespace labctl::cli {

/// What to break, and where to play it.
struct SweepFlags {
  std::vector<std::string> lessons{"lessons"};
  std::string participants;  ///< "m001,m002"; empty: all
  std::size_t every = 1;     ///< of each so many lessons the first
};

/// Breaks each lesson on purpose, plays it, and tells whether its message's expectations noticed: 0 when each one went
/// red, 1 when one stayed green, 3 when the lab could not answer.
Result<int> sweep_lessons(const SweepFlags& flags, const Context& context);

/// What a sweep says of the lessons that it broke.
struct SweepTold {
  std::string lines;    ///< one a lesson: red, GREEN or ERROR
  std::size_t red = 0;  ///< lessons whose message failed, as it was to
  int status = 0;       ///< to exit with
};

/// @param how each of `broken` was broken
SweepTold tell_sweep(const std::vector<scenario::Scenario>& broken, const std::vector<std::string>& how,
                     const scenario::RunVerdict& verdict);

}  // namespace labctl::cli
