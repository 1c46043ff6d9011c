#pragma once

#include <string>
#include <vector>

namespace labctl::evaluate {

/// One step of an evaluation, told to a person.
struct Step {
  int depth = 0;       ///< inside how many included or redirected records
  std::string text;    ///< one sentence; holds only printable text
  std::string source;  ///< "RFC 7208 section 5.2"; may be empty
};

using Trace = std::vector<Step>;

}  // namespace labctl::evaluate
