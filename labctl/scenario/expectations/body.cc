#include <fmt/format.h>

#include "labctl/mail/message.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace body_expectation {

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const auto fate = fate_of(mail);
  if (!fate.known) return {no_answer("body", expected.text, fate.name, fate.detail)};
  if (!mail.stored) return {verdict("body", false, shown(expected.text), "no message", fate.detail)};
  const std::string body = mail::Message::parse(mail.stored->raw).body();
  return {verdict("body", body.find(expected.text) != std::string::npos, shown(expected.text), shown(body),
                  {"本文にその文字列がありません", "the body does not have this text"})};
}

}  // namespace body_expectation

constinit const ExpectationKind kBody{.key = "body",
                                      .summary = "text that the body of the stored message has",
                                      .judges = Leaves::mail,
                                      .types = static_cast<unsigned>(config::Type::string),
                                      .check = nullptr,
                                      .judge = body_expectation::judge};

}  // namespace labctl::scenario
