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
namespace {

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
  // "(default: T (reject): [0.00/15.00] [R_SPF_FAIL(0.00){-all:c;},DMARC_POLICY_REJECT(0.00){…;}]), len: …"
  for (const auto& line : mail.filter_log) {
    const auto at = line.find("(default: ");
    const auto score = at == std::string::npos ? at : line.find("): [", at);
    const auto list = score == std::string::npos ? score : line.find("] [", score);
    const auto end = list == std::string::npos ? list : line.find("]), ", list);
    if (end == std::string::npos) continue;
    // Options stand in braces and may hold anything; a name is what stands before "(" outside them.
    std::string pieces = "default: False [0.00 / 0.00]";
    int depth = 0;
    std::string piece;
    const auto flush = [&] {
      if (!piece.empty()) pieces += "; " + piece;
      piece.clear();
    };
    for (const char c : std::string_view(line).substr(list + 3, end - list - 3)) {
      if (c == '{') ++depth;
      if (depth == 0 && c == ',') flush();
      if (depth == 0 && c != ',') piece += c;
      if (c == '}' && depth > 0) --depth;
    }
    flush();
    return mail::parse_spamd_result(pieces);
  }
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

}  // namespace

constinit const ExpectationKind kSymbols{
    .key = "symbols",
    .summary = "Rspamd's symbols: { R_SPF_NA = true, DMARC_NA = false, RDNS_NONE = 2.0 }",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::table),
    .check = check,
    .judge = judge};

}  // namespace labctl::scenario
