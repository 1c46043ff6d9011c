#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/steps/dkim_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace dkim_remove_step {

Result<evidence::CommandSeen> inspect(const StepContext& context) {
  return must_run_on(context, context.participant.sender, {"cat", std::string(kKeyTable), std::string(kSigningTable)});
}

bool signs(const evidence::CommandSeen& tables) {
  for (const auto& line : lines_of(tables.output))
    if (const auto text = trim(line); !text.empty() && !text.starts_with('#')) return true;
  return false;
}

Result<Observation> play(const StepContext& context) {
  const auto& host = context.participant.sender;
  LABCTL_ASSIGN(auto tables, inspect(context));
  if (!signs(tables)) return seen(std::move(tables));
  LABCTL_TRY(
      write_on(context, host, kKeyTable, "# selector._domainkey.domain  domain:selector:file of the private key\n"));
  LABCTL_TRY(write_on(context, host, kSigningTable, "# *@domain  selector._domainkey.domain\n"));
  LABCTL_TRY(restart_opendkim(context, host));
  LABCTL_ASSIGN(tables, inspect(context));
  return seen(std::move(tables));
}

Result<Observation> recognize(const StepContext& context, const Opened&) {
  LABCTL_ASSIGN(auto tables, inspect(context));
  return seen(std::move(tables));
}

std::vector<std::string> commands(const StepContext& context) {
  auto lines = way_to(context, context.participant.sender, true);
  const std::string root = prompt(context.participant.sender, true);
  lines.push_back(root + fmt::format("truncate -s 0 {} {}", kKeyTable, kSigningTable));
  lines.push_back(root + "systemctl restart opendkim.service");
  return lines;
}

}  // namespace dkim_remove_step

constinit const StepKind kDkimRemove{.verb = "dkim.remove",
                                     .summary = "let the sender's OpenDKIM sign nothing",
                                     .leaves = Leaves::command,
                                     .keys = {},
                                     .changes = true,
                                     .check = nullptr,
                                     .play = dkim_remove_step::play,
                                     .recognize = dkim_remove_step::recognize,
                                     .commands = dkim_remove_step::commands};

}  // namespace labctl::scenario
