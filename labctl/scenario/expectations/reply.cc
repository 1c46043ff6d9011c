#include <fmt/format.h>

#include <array>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

constexpr std::array<config::Key, 3> kKeys{{
    {.name = "code",
     .types = static_cast<unsigned>(config::Type::integer),
     .required = true,
     .summary = "SMTP reply code"},
    {.name = "enhanced_code", .summary = "RFC 3463"},
    {.name = "text", .summary = "part of its text"},
}};

Result<void> check(const config::Value& expected) {
  if (expected.type == config::Type::table) {
    LABCTL_TRY(config::check_table(expected, kKeys, "'reply'"));
    LABCTL_TRY(config::integer_of(expected, "code", 200, 599, 0));
    return {};
  }
  if (expected.integer < 200 || expected.integer > 599)
    return config::bad_value(expected.at, fmt::format("{} is no SMTP reply code", expected.integer),
                             "200 to 599, e.g. 554");
  return {};
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const bool table = expected.type == config::Type::table;
  const auto code = table ? expected.find("code")->integer : expected.integer;
  const std::string enhanced = expected.text_of("enhanced_code");
  const std::string text = expected.text_of("text");
  const std::string wanted = std::string(trim(fmt::format("{} {} {}", code, enhanced, text)));
  const std::string actual = reply_text(mail.receiver_reply);
  const auto fate = fate_of(mail);
  if (!fate.known || !mail.receiver_reply) return {no_answer("reply", wanted, actual, fate.detail)};
  const auto& reply = *mail.receiver_reply;
  const bool holds = reply.code == code && (enhanced.empty() || reply.enhanced_code == enhanced) &&
                     reply.text.find(text) != std::string::npos;
  return {verdict("reply", holds, wanted, shown(actual),
                  {fmt::format("{}の応答は {} でした", mail.receiver, shown(actual)),
                   fmt::format("{} answered {}", mail.receiver, shown(actual))})};
}

}  // namespace

constinit const ExpectationKind kReply{
    .key = "reply",
    .summary = "the receiver's final SMTP reply: 554, or { code, enhanced_code, text }",
    .judges = Leaves::mail,
    .types = config::Type::integer | config::Type::table,
    .check = check,
    .judge = judge};

}  // namespace labctl::scenario
