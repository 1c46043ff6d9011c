#pragma once

#include <string>

#include "labctl/base/language.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// A scenario in words: what it teaches, what it does step by step, and what is expected. Placeholders stay.
std::string portrait(const Scenario& scenario, Language language);

}  // namespace labctl::scenario
