#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/process.h"
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
  app.add_option("-n,--lines", target->lines, "how many lines")->capture_default_str();
  app.add_flag("-f,--follow", target->follow, "go on as new lines come");
  return [&context, target] {
    std::vector<std::string> command{"journalctl", "--no-pager", fmt::format("--lines={}", target->lines)};
    if (!target->unit.empty()) command.push_back("--unit=" + target->unit);
    if (target->follow) command.emplace_back("--follow");
    return on_terminal(context, target->host, command);
  };
}

}  // namespace labctl::cli
