#pragma once

#include <string>

#include "labctl/base/error.h"
#include "labctl/cli/verb.h"
#include "labctl/scenario/verdict.h"

namespace labctl::cli {

/// Where the verbs that judge write to.
struct Outputs {
  std::string format = "text";  ///< what goes to standard output
  std::string json;             ///< file, or "-" instead of the text
  std::string junit;
  std::string html;
};

void declare_outputs(CLI::App& app, Outputs& outputs);

/// Writes the verdict; returns the exit code of its outcome.
Result<int> write_verdict(const scenario::RunVerdict& verdict, const Outputs& outputs, const Context& context);

}  // namespace labctl::cli
