#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {

Action declare_reset(CLI::App& app, const Context& context) {
  auto list = std::make_shared<std::string>();
  app.add_option("-p,--participant", *list, "participants: m001,m002")->required();
  return [&context, list]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto participants, participants_of(lab->topology(), *list));
    LABCTL_TRY(lab::reset(context.lab, participants, progress_of(context), context.stop));
    return 0;
  };
}

}  // namespace labctl::cli
