#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace disposition_expectation {

Result<void> check(const config::Value& expected) { return require_fate_name(expected.at, expected.text); }

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto fate = fate_of(std::get<evidence::MailSeen>(evidence.seen));
  if (!fate.known) return {no_answer("disposition", expected.text, fate.name, fate.detail)};
  return {verdict("disposition", fate.name == expected.text, expected.text, fate.name, fate.detail)};
}

}  // namespace disposition_expectation

constinit const ExpectationKind kDisposition{
    .key = "disposition",
    .summary =
        "\"inbox\", \"junk\", \"rejected\", \"bounced\" (taken, and sent back), \"deferred\", \"discarded\" or "
        "\"unsent\" (the login was refused)",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::string),
    .check = disposition_expectation::check,
    .judge = disposition_expectation::judge};

}  // namespace labctl::scenario
