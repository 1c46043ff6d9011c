#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"

namespace labctl::cli {

/// `labctl zone lint`: each of `what` is a file, or a zone of the lab when there is no such file. The value is the exit
/// code: 1 when there is an error among the findings.
Result<int> lint_zones(const Context& context, const std::vector<std::string>& what, bool json);

}  // namespace labctl::cli
