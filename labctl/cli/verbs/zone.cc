#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/cli/zones_left.h"

namespace labctl::cli {

Action declare_zone(CLI::App& app, const Context& context) {
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Action>> declared;
  for (const auto& verb : zone_verbs()) {
    auto* sub = app.add_subcommand(std::string(verb.name), std::string(verb.summary));
    declared.emplace_back(sub, verb.declare(*sub, context));
  }
  return [declared, &context]() -> Result<int> {
    for (const auto& [sub, action] : declared) {
      if (!sub->parsed()) continue;
      put_back_what_a_run_left(context);
      return action();
    }
    return usage_error("labctl zone needs a verb");
  };
}

}  // namespace labctl::cli
