#include <fmt/format.h>

#include <array>

#include "labctl/base/text.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace host_login_step {

constexpr std::array<config::Key, 2> kKeys{{
    {.name = "host", .required = true, .summary = "host that the participant logs in on, through island"},
    {.name = "command", .required = true, .summary = "what is typed there"},
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) { return check_host(keys, "host", lab); }

Result<Observation> play(const StepContext& context) {
  const std::string host = context.keys.text_of("host");
  const std::string command = context.keys.text_of("command");
  LABCTL_ASSIGN(const auto result, context.ports.hosts.login(context.participant.id, host, command));
  return seen(evidence::CommandSeen{host, {command}, result.exit_status, result.out + result.err});
}

/// The host's journal tells whether somebody logged in; what such a login sees is then looked at in the same way.
Result<Observation> recognize(const StepContext& context, const Opened& opened) {
  const std::string host = context.keys.text_of("host");
  const auto since = std::chrono::duration<double>(opened.since.time_since_epoch()).count();
  LABCTL_ASSIGN(const auto journal, run_on(context, host,
                                           {"journalctl", "--quiet", "--no-pager", "--output=cat",
                                            fmt::format("--since=@{:.6f}", since), "_COMM=sshd"}));
  for (const auto& line : lines_of(journal.output))
    if (line.starts_with("Accepted ") && line.find(fmt::format(" for {} ", topology::kUserA)) != std::string::npos)
      return play(context);
  return missing(fmt::format("nobody has logged in on {} since this step was opened", host));
}

std::vector<std::string> commands(const StepContext& context) {
  return way_to(context, context.keys.text_of("host"), true);
}

}  // namespace host_login_step

constinit const StepKind kHostLogin{.verb = "host.login",
                                    .summary = "log in over SSH as the participant does, and run a command",
                                    .leaves = Leaves::command,
                                    .keys = host_login_step::kKeys,
                                    .check = host_login_step::check,
                                    .play = host_login_step::play,
                                    .recognize = host_login_step::recognize,
                                    .commands = host_login_step::commands};

}  // namespace labctl::scenario
