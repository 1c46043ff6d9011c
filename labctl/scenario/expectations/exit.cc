#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) {
  if (expected.integer >= 0 && expected.integer <= 255) return {};
  return config::bad_value(expected.at, fmt::format("{} is no exit status", expected.integer), "0 to 255");
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& command = std::get<evidence::CommandSeen>(evidence.seen);
  const std::string actual = fmt::format("{}", command.exit_status);
  return {verdict("exit", command.exit_status == expected.integer, fmt::format("{}", expected.integer), actual,
                  {fmt::format("{}で「{}」は終了ステータス{}で終わりました: {}", command.host, join(command.argv, " "),
                               actual, shown(command.output)),
                   fmt::format("on {} '{}' ended with status {}: {}", command.host, join(command.argv, " "), actual,
                               shown(command.output))})};
}

}  // namespace

constinit const ExpectationKind kExit{.key = "exit",
                                      .summary = "exit status of the command",
                                      .judges = Leaves::command,
                                      .types = static_cast<unsigned>(config::Type::integer),
                                      .check = check,
                                      .judge = judge};

}  // namespace labctl::scenario
