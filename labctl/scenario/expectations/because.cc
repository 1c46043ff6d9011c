#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace because_expectation {

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const auto fate = fate_of(mail);
  if (!fate.known) return {no_answer("because", expected.text, fate.name, fate.detail)};
  const auto found = attribution_of(mail);
  const std::string actual = printable(found.cause);
  std::string says;
  for (const auto& line : found.evidence) says += fmt::format("{}{}", says.empty() ? "" : "; ", shown(line));
  if (says.empty()) says = "-";
  return {verdict("because", found.cause == expected.text, expected.text, actual,
                  {fmt::format("処理({})を決めたのは{}です。根拠: {}", fate.name, actual, says),
                   fmt::format("what decided ({}) was {}; evidence: {}", fate.name, actual, says)})};
}

}  // namespace because_expectation

constinit const ExpectationKind kBecause{
    .key = "because",
    .summary =
        "what decided the disposition: \"dmarc\", \"spam\", \"spf\", \"dkim\", \"greylisting\", \"sieve\", "
        "\"user-rule\", \"nothing\"",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::string),
    .check = nullptr,
    .judge = because_expectation::judge};

}  // namespace labctl::scenario
