#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {

Action declare_down(CLI::App&, const Context& context) {
  return [&context]() -> Result<int> {
    LABCTL_TRY(lab::down(context.lab, progress_of(context)));
    return 0;
  };
}

}  // namespace labctl::cli
