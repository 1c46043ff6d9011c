#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/reference.h"

namespace labctl::cli {

Action declare_scenario(CLI::App& app, const Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  app.require_subcommand(1);
  auto* list = app.add_subcommand("list", "names and titles");
  auto* check = app.add_subcommand("check", "read files and tell what is wrong with them; needs no lab");
  app.add_subcommand("reference", "steps and expectations that a file may use");
  check->add_option("scenario", *names, "scenarios or files")->required();
  return [&context, names, list, check]() -> Result<int> {
    if (list->parsed()) {
      for (const auto& name : scenario::scenario_names()) {
        LABCTL_ASSIGN(const auto found, scenario::find_scenarios({name}));
        print("{:<28} {}\n", name, found.front().title.in(context.language));
      }
    } else if (check->parsed()) {
      LABCTL_ASSIGN(const auto found, scenario::find_scenarios(*names));
      for (const auto& one : found) print("{}: {} steps, good\n", one.name, one.steps.size());
    } else {
      LABCTL_TRY(write_to("-", scenario::reference()));
    }
    return 0;
  };
}

}  // namespace labctl::cli
