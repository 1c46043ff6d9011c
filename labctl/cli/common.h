#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"
#include "labctl/lab/lab.h"

namespace labctl::cli {

/// Progress lines on standard error, unless --quiet.
lab::Progress progress_of(const Context& context);

/// Writes `text` to a file, or to standard output for "-".
Result<void> write_to(const std::string& file, const std::string& text);

/// Participants given as "m001,m002"; empty: all. Errors: `usage` for one that the lab doesn't have.
Result<std::vector<std::string>> participants_of(const topology::Topology& topology, const std::string& list);

}  // namespace labctl::cli
