#include "labctl/scenario/judge.h"
#include "labctl/scenario/load.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/values.h"
#include "tests/fuzz/fuzz_target.h"

void fuzz(std::string_view text) {
  using namespace labctl;
  const auto scenario = scenario::parse_scenario(text, "x.toml", "x");
  if (!scenario) {
    // Bad usage, and where.
    FUZZ_CHECK(scenario.error().kind == ErrorKind::usage);
    FUZZ_CHECK(scenario.error().where.starts_with("x.toml"));
    FUZZ_CHECK(!scenario.error().message.empty());
    return;
  }
  FUZZ_CHECK(!scenario->steps.empty() && scenario->source == text);
  const auto& lab = scenario::specimen_lab();
  const auto values = scenario::values_of(lab, lab.participants.front());
  for (const auto& step : scenario->steps) {
    FUZZ_CHECK(!step.id.empty() && step.kind != nullptr && step.title.en != "");
    // What was loaded can be filled in, and judged when nothing was played.
    FUZZ_CHECK(scenario::filled(step.keys, values).has_value());
    const auto verdict = scenario::judge_step(*scenario, step, {}, values, "x");
    FUZZ_CHECK(verdict.outcome == (step.expects.empty() ? scenario::Outcome::pass : scenario::Outcome::skip));
  }
}
