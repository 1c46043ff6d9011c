#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"

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

}  // namespace labctl::cli
