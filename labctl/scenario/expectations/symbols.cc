#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/mail/spamd_result.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace symbols_expectation {

Result<void> check(const config::Value& expected) {
  for (const auto& member : expected.members)
    LABCTL_TRY(config::check_type(member.value, config::Type::boolean | config::Type::integer | config::Type::real,
                                  member.key));
  return {};
}

/// The symbols that the filter found: from the header, or, for a message that was refused, from its log line.
std::optional<mail::SpamdResult> symbols_of(const evidence::MailSeen& mail) {
  if (mail.stored) {
    const auto message = mail::Message::parse(mail.stored->raw);
    const auto* field = message.first("X-Spamd-Result");
    return field != nullptr ? mail::parse_spamd_result(field->raw) : std::nullopt;
  }
  for (const auto& line : mail.filter_log)
    if (auto result = mail::spamd_result_in_log(line)) return result;
  return std::nullopt;
}

ExpectationVerdict judge_one(const config::Member& member, const mail::SpamdResult& result,
                             const std::string& receiver) {
  const auto* symbol = result.find(member.key);
  const std::string that = "symbol " + member.key;
  const std::string actual = symbol != nullptr ? fmt::format("{}({:.2f})", member.key, symbol->score) : "absent";
  const LocalText why{fmt::format("{}のRspamdの結果: {}", receiver, actual),
                      fmt::format("Rspamd's result for {}: {}", receiver, actual)};
  if (member.value.type == config::Type::boolean)
    return verdict(that, (symbol != nullptr) == member.value.boolean, member.value.boolean ? "present" : "absent",
                   actual, why);
  // The header has two digits.
  const bool holds = symbol != nullptr && std::abs(symbol->score - member.value.real) < 0.005;
  return verdict(that, holds, fmt::format("{}({:.2f})", member.key, member.value.real), actual, why);
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  // Of a receiver without Rspamd nobody can ask this; its Authentication-Results say the same in their own words.
  if (mail.dialect != "rspamd" && mail.dialect != "mailcow") return {};
  const auto fate = fate_of(mail);
  const auto result = symbols_of(mail);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& member : expected.members) {
    if (result) {
      verdicts.push_back(judge_one(member, *result, mail.receiver));
    } else if (!fate.known) {
      verdicts.push_back(no_answer("symbol " + member.key, "", fate.name, fate.detail));
    } else {
      verdicts.push_back(no_answer(
          "symbol " + member.key, "", "no result of Rspamd",
          {fmt::format("filter: {}: このメールのX-Spamd-Resultもログもありません", mail.dialect),
           fmt::format("filter: {}: there is neither X-Spamd-Result nor a log line of this message", mail.dialect)}));
    }
  }
  return verdicts;
}

}  // namespace symbols_expectation

constinit const ExpectationKind kSymbols{
    .key = "symbols",
    .summary = "Rspamd's symbols, of a receiver that has it: { R_SPF_NA = true, DMARC_NA = false, RDNS_NONE = 2.0 }",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::table),
    .check = symbols_expectation::check,
    .judge = symbols_expectation::judge};

}  // namespace labctl::scenario
