#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/verbs.h"
#include "labctl/scenario/hand_state.h"

namespace labctl::cli {

Action declare_reset(CLI::App& app, const Context& context) {
  auto list = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  app.add_option("-p,--participant", *list, "participants: m001,m002")->required();
  declare_json(app, *json);
  app.footer("JSON: {\"lab\", \"participants\", \"seconds\"}");
  return [&context, list, json]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto participants, participants_of(lab->topology(), *list));
    LiveStatus status(context.quiet);
    status.glimpse("removing what there is");
    LABCTL_TRY(lab::reset(context.lab, participants, [&](std::string_view what) { status.now(what); }, context.stop));
    for (const auto& id : participants) LABCTL_TRY(scenario::forget_hand_state(hand_state_of(context), id));
    status.clear();
    if (*json)
      print_json({{"lab", context.lab}, {"participants", participants}, {"seconds", status.seconds()}});
    else if (!context.quiet)
      print("{}: back at the start ({:.1f} s)\n", join(participants, ", "), status.seconds());
    return 0;
  };
}

}  // namespace labctl::cli
