#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

Result<void> check(const config::Value& expected) {
  for (const auto& member : expected.members)
    LABCTL_TRY(config::check_type(member.value, config::Type::boolean | config::Type::string, member.key));
  return {};
}

ExpectationVerdict judge_one(const config::Member& member, const mail::Message& message) {
  const auto fields = message.all(member.key);
  const std::string that = "header " + member.key;
  const std::string actual = fields.empty() ? "absent" : shown(fields.front()->value());
  const LocalText why{fmt::format("ヘッダ{}: {}", member.key, actual),
                      fmt::format("header {}: {}", member.key, actual)};
  if (member.value.type == config::Type::boolean)
    return verdict(that, fields.empty() != member.value.boolean, member.value.boolean ? "present" : "absent", actual,
                   why);
  const bool holds = std::ranges::any_of(
      fields, [&](const auto* field) { return field->value().find(member.value.text) != std::string::npos; });
  return verdict(that, holds, fmt::format("has '{}'", member.value.text), actual, why);
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const auto fate = fate_of(mail);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& member : expected.members) {
    if (!fate.known) {
      verdicts.push_back(no_answer("header " + member.key, "", fate.name, fate.detail));
    } else if (!mail.stored) {
      verdicts.push_back(verdict("header " + member.key, false, "", "no message", fate.detail));
    } else {
      verdicts.push_back(judge_one(member, mail::Message::parse(mail.stored->raw)));
    }
  }
  return verdicts;
}

}  // namespace

constinit const ExpectationKind kHeader{
    .key = "header",
    .summary = "fields of the stored message: { DKIM-Signature = true, Subject = \"part of it\" }",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::table),
    .check = check,
    .judge = judge};

}  // namespace labctl::scenario
