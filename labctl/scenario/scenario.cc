#include "labctl/scenario/scenario.h"

#include <algorithm>

namespace labctl::scenario {

const Step* Scenario::named(std::string_view as) const {
  const auto found = std::ranges::find(steps, as, &Step::as);
  return as.empty() || found == steps.end() ? nullptr : &*found;
}

}  // namespace labctl::scenario
