#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {

Action declare_down(CLI::App& app, const Context& context) {
  auto json = std::make_shared<bool>(false);
  declare_json(app, *json);
  app.footer("JSON: {\"lab\", \"was_up\", \"seconds\"}");
  return [&context, json]() -> Result<int> {
    const auto there = lab::labs();
    const bool was_up = std::ranges::find(there, context.lab) != there.end();
    LiveStatus status(context.quiet);
    if (was_up) status.glimpse(fmt::format("taking lab '{}' down", context.lab));
    LABCTL_TRY(lab::down(context.lab, [&](std::string_view what) {
      status.clear();
      status.keep(what);
    }));
    if (*json) print_json({{"lab", context.lab}, {"was_up", was_up}, {"seconds", status.seconds()}});
    return 0;
  };
}

}  // namespace labctl::cli
