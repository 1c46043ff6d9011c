#include <fmt/format.h>

#include "labctl/scenario/expectations/day_tools.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace dmarc_fails_expectation {

Result<void> check(const config::Value& expected) {
  for (const auto& kind : expected.members) {
    LABCTL_TRY(config::check_type(kind.value, static_cast<unsigned>(config::Type::integer), kind.key));
    if (kind.value.integer < 1)
      return config::bad_value(kind.value.at,
                               fmt::format("'{}' is {}: a kind that passes is left out", kind.key, kind.value.integer));
  }
  return {};
}

Result<void> check_against(const config::Value& expected, const config::Value& step) {
  for (const auto& kind : expected.members) {
    LABCTL_ASSIGN(const auto sent, sent_of(kind, step));
    if (kind.value.integer > sent)
      return config::bad_value(kind.value.at, fmt::format("{} messages of '{}' are to fail, but {} are sent",
                                                          kind.value.integer, kind.key, sent));
  }
  return {};
}

ExpectationVerdict judge_one(const FlowCount& count, std::size_t wanted) {
  const std::string actual = fmt::format("{} of {}", count.dmarc_fails, count.sent);
  return verdict("dmarc_fails " + count.kind, count.dmarc_fails == wanted, fmt::format("{} of {}", wanted, count.sent),
                 actual,
                 {fmt::format("{}のうちdmarc=failは{}通", count.title.ja, count.dmarc_fails),
                  fmt::format("of {}, the receiver says dmarc=fail of {}", count.title.en, count.dmarc_fails)});
}

/// Of the kinds that are not named none may fail; of a sort only when it is named.
std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto day = count_day(std::get<evidence::DaySeen>(evidence.seen));
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& count : day) {
    const auto* named = expected.find(count.kind);
    verdicts.push_back(judge_one(count, named != nullptr ? static_cast<std::size_t>(named->integer) : 0));
  }
  for (const auto sort : {kLegitimateMail, kSpoofedMail})
    if (const auto* named = expected.find(sort))
      verdicts.push_back(judge_one(sum_of(day, sort == kSpoofedMail), static_cast<std::size_t>(named->integer)));
  return verdicts;
}

}  // namespace dmarc_fails_expectation

constinit const ExpectationKind kDmarcFails{
    .key = "dmarc_fails",
    .summary =
        "of how many messages of each kind the receiver says dmarc=fail; of kinds that are not named, of none: "
        "{ newsletter = 20, legitimate = 20 }",
    .judges = Leaves::day,
    .types = static_cast<unsigned>(config::Type::table),
    .check = dmarc_fails_expectation::check,
    .check_against = dmarc_fails_expectation::check_against,
    .judge = dmarc_fails_expectation::judge};

}  // namespace labctl::scenario
