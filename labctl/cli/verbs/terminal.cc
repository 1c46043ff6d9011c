#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {
namespace {

/// exec, shell and logs: a command on the caller's terminal; its exit status is labctl's.
Result<int> on_terminal(const Context& context, const std::string& host, const std::vector<std::string>& command) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab, lab::Completeness::any));
  LABCTL_ASSIGN(const auto spec, lab->terminal_command(host, command));
  return run_interactive(spec);
}

/// A unit that the host doesn't have would have an empty journal, and that looks like a quiet one.
Result<void> check_unit(const Context& context, const std::string& host, const std::string& unit) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab, lab::Completeness::any));
  LABCTL_ASSIGN(auto* const there, lab->host(host));
  LABCTL_ASSIGN(const auto state,
                there->run({.argv = {"systemctl", "show", "--property=LoadState", "--value", "--", unit}}));
  if (trim(state.out) != "not-found" && state.exit_status == 0) return {};
  LABCTL_ASSIGN(const auto list,
                there->run({.argv = {"systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager"}}));
  std::vector<std::string> known;
  for (const auto& line : lines_of(list.out)) {
    const auto name = line.substr(0, line.find(' '));
    known.push_back(name);
    if (name.ends_with(".service")) known.push_back(name.substr(0, name.rfind('.')));
  }
  const auto meant = nearest(unit, known);
  return usage_error(
      fmt::format("there is no unit '{}'", printable(unit)), host,
      meant ? fmt::format("did you mean {}?", *meant) : fmt::format("labctl --lab {} status lists them", context.lab));
}

struct Target {
  std::string host;
  std::vector<std::string> command;
  std::string unit;
  int lines = 100;
  bool follow = false;
};

}  // namespace

Action declare_exec(CLI::App& app, const Context& context) {
  auto target = std::make_shared<Target>();
  app.add_option("host", target->host, "name of the host")->required();
  app.add_option("command", target->command, "behind --: the command and its arguments")->required();
  return [&context, target] { return on_terminal(context, target->host, target->command); };
}

Action declare_shell(CLI::App& app, const Context& context) {
  auto target = std::make_shared<Target>();
  app.add_option("host", target->host, "name of the host")->required();
  return [&context, target] { return on_terminal(context, target->host, {}); };
}

Action declare_logs(CLI::App& app, const Context& context) {
  auto target = std::make_shared<Target>();
  app.add_option("host", target->host, "name of the host")->required();
  app.add_option("unit", target->unit, "only this unit");
  app.add_option("-n,--lines", target->lines, "how many lines")->capture_default_str()->check(CLI::NonNegativeNumber);
  app.add_flag("-f,--follow", target->follow, "go on as new lines come");
  return [&context, target]() -> Result<int> {
    if (!target->unit.empty()) LABCTL_TRY(check_unit(context, target->host, target->unit));
    std::vector<std::string> command{"journalctl", "--no-pager", fmt::format("--lines={}", target->lines)};
    if (!target->unit.empty()) command.push_back("--unit=" + target->unit);
    if (target->follow) command.emplace_back("--follow");
    return on_terminal(context, target->host, command);
  };
}

}  // namespace labctl::cli
