#include <fmt/format.h>

#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) { return check_alternatives(expected, "lacks"); }

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& command = std::get<evidence::CommandSeen>(evidence.seen);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& part : alternatives(expected))
    verdicts.push_back(verdict("lacks", command.output.find(part) == std::string::npos, fmt::format("no '{}'", part),
                               shown(command.output),
                               {fmt::format("{}での出力に「{}」があります", command.host, part),
                                fmt::format("the output on {} has '{}'", command.host, part)}));
  return verdicts;
}

}  // namespace

constinit const ExpectationKind kLacks{.key = "lacks",
                                       .summary = "text that the command's output does not have; none of an array",
                                       .judges = Leaves::command,
                                       .types = config::Type::string | config::Type::array,
                                       .check = check,
                                       .judge = judge};

}  // namespace labctl::scenario
