#include "labctl/scenario/attack_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {
namespace {

/// The stack that a lesson's plain expectations are for.
constexpr std::string_view kFirstStack = "rspamd";

/// The message's step of an attack; null for another lesson.
const Step* attack_of(const Scenario& lesson) {
  for (const auto& step : lesson.steps)
    for (const auto& expect : step.expects)
      for (const auto& clause : expect.clauses)
        if (clause.kind->key == "spoof") return &step;
  return nullptr;
}

std::string cell(const Step& step, std::string_view stack) {
  const auto has_own = std::ranges::find(step.expects, stack, &Expect::stack);
  const std::string_view wanted = has_own != step.expects.end() ? stack : std::string_view();
  for (const auto& expect : step.expects) {
    if (expect.stack != wanted) continue;
    if (expect.skip) return fmt::format("does not apply: {}", expect.skip->en);
    for (const auto& clause : expect.clauses)
      if (clause.kind->key == "spoof") return clause.expected.text;
  }
  return "?";
}

}  // namespace

std::string attack_table(const std::vector<Scenario>& lessons) {
  std::vector<std::string> stacks{std::string(kFirstStack)};
  for (const auto& lesson : lessons)
    if (const auto* step = attack_of(lesson))
      for (const auto& expect : step->expects)
        if (!expect.stack.empty() && std::ranges::find(stacks, expect.stack) == stacks.end())
          stacks.push_back(expect.stack);
  std::string rows;
  for (const auto& lesson : lessons) {
    const auto* step = attack_of(lesson);
    if (step == nullptr) continue;
    rows += fmt::format("| `{}` | {} |", lesson.name.substr(lesson.name.find('/') + 1), lesson.title.en);
    for (const auto& stack : stacks) rows += fmt::format(" {} |", cell(*step, stack));
    rows += "\n";
  }
  if (rows.empty()) return {};
  std::string head = "| lesson | attack |";
  std::string line = "| --- | --- |";
  for (const auto& stack : stacks) {
    head += fmt::format(" {} |", stack);
    line += " --- |";
  }
  return head + "\n" + line + "\n" + rows;
}

}  // namespace labctl::scenario
