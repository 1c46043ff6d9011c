#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

/// "active (running)" from the properties that `systemctl show` prints.
std::string state_of(const std::string& output) {
  std::string active = "unknown";
  std::string sub;
  for (const auto& line : lines_of(output)) {
    if (line.starts_with("ActiveState=")) active = line.substr(12);
    if (line.starts_with("SubState=")) sub = line.substr(9);
  }
  return sub.empty() ? active : fmt::format("{} ({})", active, sub);
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& command = std::get<evidence::CommandSeen>(evidence.seen);
  const std::string actual = printable(state_of(command.output));
  const bool holds = actual == expected.text || actual.substr(0, actual.find(' ')) == expected.text;
  const std::string unit = command.argv.empty() ? std::string() : command.argv.back();
  return {verdict("service", holds, expected.text, actual,
                  {fmt::format("{}の{}は {} です", command.host, unit, actual),
                   fmt::format("{} on {} is {}", unit, command.host, actual)})};
}

}  // namespace

constinit const ExpectationKind kService{.key = "service",
                                         .summary = "state of the service: \"active\", \"active (running)\"",
                                         .judges = Leaves::command,
                                         .types = static_cast<unsigned>(config::Type::string),
                                         .check = nullptr,
                                         .judge = judge};

}  // namespace labctl::scenario
