#include "labctl/scenario/portrait.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {
namespace {

std::string in_words(const config::Value& value) {
  using config::Type;
  std::vector<std::string> parts;
  switch (value.type) {
    case Type::string:
      return value.text;
    case Type::integer:
      return std::to_string(value.integer);
    case Type::real:
      return fmt::format("{}", value.real);
    case Type::boolean:
      return value.boolean ? "true" : "false";
    case Type::array:
      for (const auto& item : value.items) parts.push_back(in_words(item));
      return join(parts, " | ");
    case Type::table:
      for (const auto& member : value.members)
        parts.push_back(fmt::format("{}={}", member.key, in_words(member.value)));
      return join(parts, ", ");
    case Type::time:
      break;
  }
  return {};
}

bool is_told_elsewhere(std::string_view key) { return key == "id" || key == "do" || key == "title" || key == "text"; }

}  // namespace

std::string portrait(const Scenario& scenario, Language language) {
  std::string text = fmt::format("{}\n{}\n", scenario.name, scenario.title.in(language));
  if (!scenario.teaches.empty()) text += fmt::format("{}\n", join(scenario.teaches, "; "));
  for (const auto& step : scenario.steps) {
    text += fmt::format("\n{} {}: {}\n", step.id, step.kind->verb, step.title.in(language));
    if (!step.text.in(language).empty()) text += fmt::format("  {}\n", step.text.in(language));
    for (const auto& member : step.keys.members)
      if (!is_told_elsewhere(member.key)) text += fmt::format("  {:<12} {}\n", member.key, in_words(member.value));
    for (const auto& expect : step.expects) {
      const std::string where = expect.stack.empty() ? "" : fmt::format(" at {}", expect.stack);
      if (expect.skip) text += fmt::format("  does not apply{}: {}\n", where, expect.skip->in(language));
      for (const auto& clause : expect.clauses)
        text += fmt::format("  expected{}: {} {}\n", where, clause.kind->key, in_words(clause.expected));
    }
  }
  return text;
}

}  // namespace labctl::scenario
