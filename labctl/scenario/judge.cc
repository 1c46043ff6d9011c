#include "labctl/scenario/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/scenario/day_count.h"
#include "labctl/scenario/dns_trouble.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

using evidence::StepEvidence;

/// The same verdict for a clause that can't be judged at all.
ExpectationVerdict unjudged(const Clause& clause, Outcome outcome, LocalText why, std::string actual) {
  return {.that = std::string(clause.kind->key),
          .outcome = outcome,
          .expected = "",
          .actual = std::move(actual),
          .why = std::move(why)};
}

/// Why evidence can't be judged; none when it can.
std::optional<ExpectationVerdict> obstacle(const Clause& clause, const StepEvidence* evidence) {
  if (evidence == nullptr)
    return unjudged(clause, Outcome::skip, {"このステップはまだ実行されていません", "this step was not played"},
                    "not played");
  if (evidence->trouble) {
    const auto& trouble = *evidence->trouble;
    const std::string hint = trouble.hint.empty() ? std::string() : fmt::format(" ({})", trouble.hint);
    return unjudged(clause, Outcome::error,
                    {fmt::format("{}: 実験環境の問題で判定できません: {}{}", trouble.culprit, trouble.message, hint),
                     fmt::format("{}: {}{}", trouble.culprit, trouble.message, hint)},
                    "no answer");
  }
  if (evidence->missing)
    return unjudged(clause, Outcome::skip,
                    {fmt::format("証拠がありません。このステップを(もう一度)行ってください: {}", *evidence->missing),
                     fmt::format("{}: do it (again)", *evidence->missing)},
                    "no evidence");
  return std::nullopt;
}

/// Evidence that was saved by another kind of step, as a damaged run directory may hold.
bool fits(Leaves judges, const evidence::Seen& seen) {
  switch (judges) {
    case Leaves::mail:
      return std::holds_alternative<evidence::MailSeen>(seen);
    case Leaves::zone:
      return std::holds_alternative<evidence::ZoneEdited>(seen) || std::holds_alternative<evidence::RecordsSeen>(seen);
    case Leaves::day:
      return std::holds_alternative<evidence::DaySeen>(seen);
    case Leaves::command:
      break;
  }
  return std::holds_alternative<evidence::CommandSeen>(seen);
}

/// The scenario's own words in front of the diagnosis.
LocalText together(const LocalText& lesson, const LocalText& diagnosis) {
  const auto joined = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : fmt::format("{} ({})", a, b);
  };
  return {joined(lesson.ja, diagnosis.ja), joined(lesson.en, diagnosis.en)};
}

LocalText filled_text(const LocalText& text, const Placeholders& values) {
  return {fill(text.ja, values, {}).value_or(text.ja), fill(text.en, values, {}).value_or(text.en)};
}

bool clause_says(const config::Value& value, std::string_view word) {
  const auto in = [&](const auto& nested) { return clause_says(nested, word); };
  return value.text == word || std::ranges::any_of(value.items, in) ||
         std::ranges::any_of(value.members, in, &config::Member::value);
}

LocalText stands_on(const Groundwork& missing) {
  return {fmt::format("{}: このステップの前提となるステップ{}を実行できませんでした: {}", missing.trouble.culprit,
                      missing.step, missing.trouble.message),
          fmt::format("{}: it stands on step {}, which could not be done: {}", missing.trouble.culprit, missing.step,
                      missing.trouble.message)};
}

/// Why no verdict about this evidence means anything, though there is some; none when it does.
std::optional<LocalText> unfounded(const Step& step, const StepEvidence& evidence) {
  // A lesson about a DNS that does not answer says so.
  const bool expected = std::ranges::any_of(step.expects, [](const Expect& expect) {
    return std::ranges::any_of(expect.clauses,
                               [](const Clause& clause) { return clause_says(clause.expected, "temperror"); });
  });
  if (expected) return std::nullopt;
  if (const auto* mail = std::get_if<evidence::MailSeen>(&evidence.seen)) return dns_trouble(*mail);
  if (const auto* day = std::get_if<evidence::DaySeen>(&evidence.seen))
    for (const auto& flow : day->flows)
      for (const auto& mail : flow.mails)
        if (auto trouble = dns_trouble(mail)) return trouble;
  return std::nullopt;
}

/// The receiver stack that judged the step's message; empty for other evidence.
std::string_view stack_of(const StepEvidence* evidence) {
  if (evidence == nullptr) return {};
  if (const auto* mail = std::get_if<evidence::MailSeen>(&evidence->seen)) return mail->dialect;
  const auto* day = std::get_if<evidence::DaySeen>(&evidence->seen);
  const bool any = day != nullptr && !day->flows.empty() && !day->flows.front().mails.empty();
  return any ? std::string_view(day->flows.front().mails.front().dialect) : std::string_view();
}

std::vector<ExpectationVerdict> judge_clause(const Clause& clause, const StepEvidence& evidence,
                                             const Placeholders& values) {
  if (!fits(clause.kind->judges, evidence.seen))
    return {unjudged(clause, Outcome::error,
                     {"保存された証拠の種類が違います", "the saved evidence is of another kind"}, "other evidence")};
  const auto expected = filled(clause.expected, values);
  if (!expected) return {unjudged(clause, Outcome::error, {expected.error().message, expected.error().message}, "")};
  return clause.kind->judge(*expected, evidence);
}

}  // namespace

StepVerdict judge_step(const Scenario& scenario, const Step& step, const EvidenceByStep& evidence,
                       const Placeholders& values, const std::string& look, const std::optional<Groundwork>& missing) {
  const auto find = [&](const std::string& id) {
    const auto found = evidence.find(id);
    return found == evidence.end() ? nullptr : &found->second;
  };
  const StepEvidence* own = find(step.id);
  const auto* day = own != nullptr ? std::get_if<evidence::DaySeen>(&own->seen) : nullptr;
  StepVerdict result{.scenario = scenario.name,
                     .step = step.id,
                     .title = filled_text(step.title, values),
                     .outcome = Outcome::pass,
                     .seconds = own != nullptr ? own->seconds : 0,
                     .day = day != nullptr ? count_day(*day) : std::vector<FlowCount>()};
  if (auto unfit = scenario.unfit(values)) {
    result.outcome = Outcome::skip;
    result.expectations.push_back({.that = "receiver",
                                   .outcome = Outcome::skip,
                                   .expected = "",
                                   .actual = "another kind",
                                   .why = *std::move(unfit),
                                   .look = {}});
    return result;
  }
  const auto stack = stack_of(own);
  const bool has_own = !stack.empty() && std::ranges::find(step.expects, stack, &Expect::stack) != step.expects.end();
  for (const auto& expect : step.expects) {
    if (expect.stack != (has_own ? stack : std::string_view())) continue;
    if (expect.skip) {
      result.outcome = worst(result.outcome, Outcome::skip);
      result.expectations.push_back({.that = fmt::format("stack {}", stack),
                                     .outcome = Outcome::skip,
                                     .expected = "",
                                     .actual = "does not apply",
                                     .why = filled_text(*expect.skip, values),
                                     .look = look});
      continue;
    }
    const Step* source = expect.of.empty() ? &step : scenario.named(expect.of);
    const StepEvidence* judged = source != nullptr ? find(source->id) : nullptr;
    const LocalText pass = filled_text(expect.pass, values);
    const LocalText fail = filled_text(expect.fail, values);
    for (const auto& clause : expect.clauses) {
      // What befell the step itself comes first: it wasn't done, whatever another step's evidence says.
      std::optional<ExpectationVerdict> stopped;
      if (missing) stopped = unjudged(clause, Outcome::error, stands_on(*missing), "not done");
      if (!stopped) stopped = obstacle(clause, own);
      if (!stopped) stopped = obstacle(clause, judged);
      const auto nothing = stopped ? std::nullopt : unfounded(step, *judged);
      auto verdicts = stopped ? std::vector{*std::move(stopped)} : judge_clause(clause, *judged, values);
      for (auto& verdict : verdicts) {
        if (nothing && verdict.outcome != Outcome::error) {
          verdict.outcome = Outcome::error;
          verdict.why = *nothing;
        }
        if (verdict.outcome == Outcome::pass) verdict.why = pass;
        if (verdict.outcome == Outcome::fail) verdict.why = together(fail, verdict.why);
        verdict.look = look;
        result.outcome = worst(result.outcome, verdict.outcome);
        result.expectations.push_back(std::move(verdict));
      }
    }
  }
  if (result.expectations.empty() && !step.expects.empty())
    result.expectations.push_back({.that = "step",
                                   .outcome = result.outcome = Outcome::skip,
                                   .expected = "",
                                   .actual = "nothing to judge",
                                   .why = {"このステップの期待は、この受信側の構成では確認できません",
                                           "nothing of what is expected can be asked of a receiver of this kind"},
                                   .look = look});
  return result;
}

}  // namespace labctl::scenario
