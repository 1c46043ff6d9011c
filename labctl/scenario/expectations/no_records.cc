#include <fmt/format.h>

#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"
#include "labctl/scenario/expectations/zone_view.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) {
  for (const auto& item : expected.items) {
    LABCTL_TRY(config::check_type(item, static_cast<unsigned>(config::Type::string), "no_records"));
    const auto question = parse_question(item.text, specimen_lab().participants.front().zone);
    if (!question) return std::unexpected(question.error().at(item.at.text()));
  }
  return {};
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& item : expected.items) {
    const auto question = parse_question(item.text, zone_of(evidence));
    if (!question) {
      verdicts.push_back(
          no_answer("no record " + item.text, "nothing", "", {question.error().message, question.error().message}));
      continue;
    }
    const std::string that = "no record " + question->text();
    const auto found = view(evidence, *question);
    if (!found.trouble.empty() || (found.records.empty() && !found.stale.empty())) {
      verdicts.push_back(no_zone_answer(that, "nothing", found));
      continue;
    }
    const std::string actual = shown_records(found.records);
    verdicts.push_back(verdict(that, found.records.empty(), "nothing", actual,
                               {fmt::format("{}に{}がまだあります: {}", found.server, question->text(), actual),
                                fmt::format("{} still has {}: {}", found.server, question->text(), actual)}));
  }
  return verdicts;
}

}  // namespace

constinit const ExpectationKind kNoRecords{
    .key = "no_records",
    .summary = "names and types of which the authority has no record: [\"_dmarc TXT\"]",
    .judges = Leaves::zone,
    .types = static_cast<unsigned>(config::Type::array),
    .check = check,
    .judge = judge};

}  // namespace labctl::scenario
