#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/language.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// The course as a participant reads it: numbered steps, what to do, and the commands to type, with that participant's
/// names, addresses and passwords. Uses of `ports` the lab table and the credentials only. Errors: `usage` for an
/// unknown participant.
Result<std::string> handout(const lab::Ports& ports, const std::vector<Scenario>& scenarios,
                            const std::string& participant, Language language);

}  // namespace labctl::scenario
