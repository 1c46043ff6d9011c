#pragma once

#include <string>
#include <vector>

#include "labctl/base/process.h"

namespace labctl::program {

/// Runs the labctl program itself, as a person types it; no lab is needed for what is asked in this folder.
ProcessResult type(std::vector<std::string> arguments, const std::string& input = {});

}  // namespace labctl::program
