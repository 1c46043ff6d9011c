#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace reply_expectation {

constexpr std::array<config::Key, 3> kKeys{{
    {.name = "code",
     .types = config::Type::integer | config::Type::array,
     .required = true,
     .summary = "SMTP reply code, or those that will do"},
    {.name = "enhanced_code", .summary = "RFC 3463"},
    {.name = "text", .summary = "part of its text"},
}};

/// The codes that will do: the value itself, or the items of an array.
std::vector<config::Value> codes_of(const config::Value& value) {
  return value.type == config::Type::array ? value.items : std::vector{value};
}

Result<void> check_code(const config::Value& code) {
  LABCTL_TRY(config::check_type(code, static_cast<unsigned>(config::Type::integer), "code"));
  if (code.integer < 200 || code.integer > 599)
    return config::bad_value(code.at, fmt::format("{} is no SMTP reply code", code.integer), "200 to 599, e.g. 554");
  return {};
}

Result<void> check(const config::Value& expected) {
  if (expected.type != config::Type::table) return check_code(expected);
  LABCTL_TRY(config::check_table(expected, kKeys, "'reply'"));
  const auto codes = codes_of(*expected.find("code"));
  if (codes.empty()) return config::bad_value(expected.find("code")->at, "no reply code would do", "e.g. [550, 554]");
  for (const auto& code : codes) LABCTL_TRY(check_code(code));
  return {};
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const bool table = expected.type == config::Type::table;
  std::vector<std::string> codes;
  for (const auto& code : codes_of(table ? *expected.find("code") : expected))
    codes.push_back(fmt::format("{}", code.integer));
  const std::string enhanced = expected.text_of("enhanced_code");
  const std::string text = expected.text_of("text");
  const std::string wanted = std::string(trim(fmt::format("{} {} {}", any_of(codes), enhanced, text)));
  const std::string actual = reply_text(mail.receiver_reply);
  const auto fate = fate_of(mail);
  if (!fate.known || !mail.receiver_reply) return {no_answer("reply", wanted, actual, fate.detail)};
  const auto& reply = *mail.receiver_reply;
  const bool holds = std::ranges::find(codes, fmt::format("{}", reply.code)) != codes.end() &&
                     (enhanced.empty() || reply.enhanced_code == enhanced) &&
                     reply.text.find(text) != std::string::npos;
  return {verdict("reply", holds, wanted, shown(actual),
                  {fmt::format("{}の応答は {} でした", mail.receiver, shown(actual)),
                   fmt::format("{} answered {}", mail.receiver, shown(actual))})};
}

}  // namespace reply_expectation

constinit const ExpectationKind kReply{
    .key = "reply",
    .summary = "the receiver's final SMTP reply: 554, or { code, enhanced_code, text }",
    .judges = Leaves::mail,
    .types = config::Type::integer | config::Type::table,
    .check = reply_expectation::check,
    .judge = reply_expectation::judge};

}  // namespace labctl::scenario
