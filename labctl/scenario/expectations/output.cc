#include <fmt/format.h>

#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) { return check_alternatives(expected, "output"); }

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& command = std::get<evidence::CommandSeen>(evidence.seen);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& part : alternatives(expected))
    verdicts.push_back(verdict("output", command.output.find(part) != std::string::npos, fmt::format("has '{}'", part),
                               shown(command.output),
                               {fmt::format("{}での出力に「{}」がありません", command.host, part),
                                fmt::format("the output on {} has no '{}'", command.host, part)}));
  return verdicts;
}

}  // namespace

constinit const ExpectationKind kOutput{.key = "output",
                                        .summary = "text that the command's output has; every text of an array",
                                        .judges = Leaves::command,
                                        .types = config::Type::string | config::Type::array,
                                        .check = check,
                                        .judge = judge};

}  // namespace labctl::scenario
