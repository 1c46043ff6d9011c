#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace auth_expectation {

/// What the receiver's own field says; none when it wrote none.
struct Reading {
  std::optional<mail::AuthReading> own;
  std::size_t foreign = 0;  ///< fields that somebody else wrote
};

Reading read(const evidence::MailSeen& mail) {
  const auto* dialect = mail::find_dialect(mail.dialect);
  const auto results = mail::trusted_results(mail::Message::parse(mail.stored->raw), mail.authserv_id);
  Reading reading{.own = std::nullopt, .foreign = results.foreign.size()};
  if (dialect == nullptr || results.trusted.empty()) return reading;
  reading.own.emplace();
  for (const auto& field : results.trusted) reading.own->merge(dialect->read(field));
  return reading;
}

bool is_method(std::string_view key) { return key.find('.') == std::string_view::npos; }

/// One of several results of a method that passes makes the method pass (RFC 6376 section 6.1: any good signature is
/// enough); any other result must be that of all of them. A property may be that of any result.
bool holds(const std::string& key, const std::vector<std::string>& found, const std::vector<std::string>& allowed) {
  const auto is_allowed = [&](const std::string& value) {
    return std::ranges::any_of(allowed, [&](const std::string& word) {
      if (equal_ignoring_case(word, value)) return true;
      // RFC 8601 section 2.7.2: the receiver may write the address or its domain alone.
      return key == "spf.smtp.mailfrom" && value.find('@') == std::string::npos &&
             equal_ignoring_case(mail::domain_of(word), value);
    });
  };
  const bool one_is_enough = !is_method(key) || std::ranges::find(allowed, "pass") != allowed.end();
  return !found.empty() &&
         (one_is_enough ? std::ranges::any_of(found, is_allowed) : std::ranges::all_of(found, is_allowed));
}

ExpectationVerdict judge_one(const config::Member& member, const mail::AuthReading& reading,
                             const evidence::MailSeen& mail) {
  const std::string that = "auth " + member.key;
  const auto allowed = alternatives(member.value);
  std::vector<std::string> found;
  const auto [begin, end] = reading.equal_range(member.key);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  const std::string expected = any_of(allowed);
  const std::string actual = found.empty() ? "nothing" : shown(join(found, ", "));
  if (holds(member.key, found, allowed)) return verdict(that, true, expected, actual);
  return verdict(that, false, expected, actual,
                 {fmt::format("{}のAuthentication-Resultsでは {}={} です", mail.authserv_id, member.key, actual),
                  fmt::format("{} writes {}={} in Authentication-Results", mail.authserv_id, member.key, actual)});
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  std::optional<Reading> reading;
  const auto fate = fate_of(mail);
  if (mail.stored) reading = read(mail);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& member : expected.members) {
    const std::string that = "auth " + member.key;
    const std::string wanted = any_of(alternatives(member.value));
    if (!fate.known) {
      verdicts.push_back(no_answer(that, wanted, fate.name, fate.detail));
    } else if (!reading) {
      verdicts.push_back(
          verdict(that, false, wanted, "no message",
                  {fmt::format("メールが保存されていないのでヘッダを確認できません。{}", fate.detail.ja),
                   fmt::format("the message was not stored, so it has no headers to read: {}", fate.detail.en)}));
    } else if (!reading->own) {
      verdicts.push_back(no_answer(
          that, wanted, "no Authentication-Results",
          {fmt::format("filter: {}: {}が書いたAuthentication-Resultsがありません (他者が書いたもの{}件は採点しません)",
                       mail.dialect, mail.authserv_id, reading->foreign),
           fmt::format("filter: {}: {} wrote no Authentication-Results; {} of others are not graded", mail.dialect,
                       mail.authserv_id, reading->foreign)}));
    } else {
      verdicts.push_back(judge_one(member, *reading->own, mail));
    }
  }
  return verdicts;
}

}  // namespace auth_expectation

constinit const ExpectationKind kAuth{
    .key = "auth",
    .summary = "Authentication-Results of the receiver: { spf = \"pass\", \"dkim.header.d\" = \"{zone}\" }",
    .judges = Leaves::mail,
    .types = static_cast<unsigned>(config::Type::table),
    .check = check_alternative_members,
    .judge = auth_expectation::judge};

}  // namespace labctl::scenario
