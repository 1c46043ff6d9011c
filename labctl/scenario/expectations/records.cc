#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"
#include "labctl/scenario/expectations/zone_view.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) {
  for (const auto& item : expected.items) {
    LABCTL_TRY(config::check_type(item, static_cast<unsigned>(config::Type::string), "records"));
    const auto record = dns::parse_record(item.text, specimen_lab().participants.front().zone);
    if (!record) return std::unexpected(record.error().at(item.at.text()));
  }
  return {};
}

/// TXT records say the same however their text is cut into character strings (RFC 7208 section 3.3).
bool same(const dns::Record& a, const dns::Record& b) {
  if (a.rdata == b.rdata) return true;
  if (a.type != "TXT" || b.type != "TXT") return equal_ignoring_case(a.rdata, b.rdata);
  const auto left = dns::txt_content(a);
  return left && left == dns::txt_content(b).value_or("");
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& item : expected.items) {
    const auto wanted = dns::parse_record(item.text, zone_of(evidence));
    if (!wanted) {
      verdicts.push_back(
          no_answer("record " + item.text, item.text, "", {wanted.error().message, wanted.error().message}));
      continue;
    }
    const Question question{wanted->owner, wanted->type};
    const std::string that = "record " + question.text();
    const auto found = view(evidence, question);
    const bool holds =
        std::ranges::any_of(found.records, [&](const dns::Record& record) { return same(record, *wanted); });
    if (!found.trouble.empty() || (holds && !found.stale.empty())) {
      verdicts.push_back(no_zone_answer(that, wanted->rdata, found));
      continue;
    }
    const std::string actual = shown_records(found.records);
    verdicts.push_back(verdict(that, holds, wanted->rdata, actual,
                               {fmt::format("{}の{}は {} です", found.server, question.text(), actual),
                                fmt::format("{} has for {}: {}", found.server, question.text(), actual)}));
  }
  return verdicts;
}

}  // namespace

constinit const ExpectationKind kRecords{.key = "records",
                                         .summary = "records that the authority has, as a zone file has them",
                                         .judges = Leaves::zone,
                                         .types = static_cast<unsigned>(config::Type::array),
                                         .check = check,
                                         .judge = judge};

}  // namespace labctl::scenario
