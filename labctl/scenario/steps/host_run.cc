#include <array>

#include "labctl/base/text.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace host_run_step {

constexpr std::array<config::Key, 2> kKeys{{
    {.name = "host", .required = true, .summary = "host that it runs on, as root"},
    {.name = "argv",
     .types = static_cast<unsigned>(config::Type::array),
     .required = true,
     .summary = "the program and its arguments"},
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(check_texts(keys, "argv"));
  return check_host(keys, "host", lab);
}

Result<Observation> play(const StepContext& context) {
  LABCTL_ASSIGN(auto command, run_on(context, context.keys.text_of("host"), texts_of(context.keys, "argv")));
  return seen(std::move(command));
}

/// A command that only looks leaves no trace: what it shows now is what the person sees.
Result<Observation> recognize(const StepContext& context, const Opened&) { return play(context); }

std::vector<std::string> commands(const StepContext& context) {
  const std::string host = context.keys.text_of("host");
  return {prompt(host, true) + join(texts_of(context.keys, "argv"), " ")};
}

}  // namespace host_run_step

constinit const StepKind kHostRun{.verb = "host.run",
                                  .summary = "run a program on a host",
                                  .leaves = Leaves::command,
                                  .keys = host_run_step::kKeys,
                                  .changes = true,
                                  .check = host_run_step::check,
                                  .play = host_run_step::play,
                                  .recognize = host_run_step::recognize,
                                  .commands = host_run_step::commands};

}  // namespace labctl::scenario
