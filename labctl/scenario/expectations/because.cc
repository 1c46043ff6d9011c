#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const auto fate = fate_of(mail);
  if (!fate.known) return {no_answer("because", expected.text, fate.name, fate.detail)};
  const auto cause = cause_of(mail);
  const std::string actual = cause ? printable(*cause) : "nothing";
  return {verdict("because", cause == expected.text, expected.text, actual,
                  {fmt::format("処理({})を決めたのは{}です", fate.name, cause ? actual : "特にありません"),
                   fmt::format("what decided ({}) was {}", fate.name, actual)})};
}

}  // namespace

constinit const ExpectationKind kBecause{.key = "because",
                                         .summary = "what decided the disposition: \"dmarc\", \"spam\", …",
                                         .judges = Leaves::mail,
                                         .types = static_cast<unsigned>(config::Type::string),
                                         .check = nullptr,
                                         .judge = judge};

}  // namespace labctl::scenario
