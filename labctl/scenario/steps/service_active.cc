#include <array>

#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace {

constexpr std::array<config::Key, 2> kKeys{{
    {.name = "host", .required = true, .summary = "host of the service"},
    {.name = "unit", .required = true, .summary = "systemd unit: \"knot.service\""},
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) { return check_host(keys, "host", lab); }

/// Properties rather than `systemctl status`: their form doesn't change with the terminal.
Result<Observation> play(const StepContext& context) {
  LABCTL_ASSIGN(auto command, run_on(context, context.keys.text_of("host"),
                                     {"systemctl", "show", "--property=LoadState,ActiveState,SubState", "--",
                                      context.keys.text_of("unit")}));
  return seen(std::move(command));
}

Result<Observation> recognize(const StepContext& context, const Opened&) { return play(context); }

std::vector<std::string> commands(const StepContext& context) {
  return {prompt(context.keys.text_of("host"), true) + "systemctl status " + context.keys.text_of("unit")};
}

}  // namespace

constinit const StepKind kServiceActive{.verb = "service.active",
                                        .summary = "look whether a service runs",
                                        .leaves = Leaves::command,
                                        .keys = kKeys,
                                        .check = check,
                                        .play = play,
                                        .recognize = recognize,
                                        .commands = commands};

}  // namespace labctl::scenario
