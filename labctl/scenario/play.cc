#include "labctl/scenario/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

evidence::Trouble trouble_of(const Error& error) {
  return {error.where.empty() ? std::string("lab") : error.where, error.message, error.hint};
}

/// The evidence that the step works on; null when the step needs none.
Result<const evidence::StepEvidence*> evidence_of(const Scenario& scenario, const Step& step,
                                                  const EvidenceByStep& so_far) {
  if (step.of.empty()) return nullptr;
  const Step* source = scenario.named(step.of);
  const auto found = source != nullptr ? so_far.find(source->id) : so_far.end();
  if (found == so_far.end() || found->second.trouble || found->second.missing)
    return usage_error(
        fmt::format("it needs the message of step {}, which left none", source != nullptr ? source->id : step.of));
  return &found->second;
}

/// Whether the step before it sent mail, and no more.
bool comes_after_mail(const Scenario& scenario, const Step& step) {
  const auto own = std::ranges::find(scenario.steps, step.id, &Step::id);
  if (own == scenario.steps.begin() || own == scenario.steps.end()) return false;
  const auto& before = *std::prev(own)->kind;
  return before.leaves == Leaves::mail && !before.changes;
}

}  // namespace

Result<evidence::StepEvidence> observe_step(const lab::Ports& ports, const topology::Participant& participant,
                                            const Scenario& scenario, const Step& step, const EvidenceByStep& so_far,
                                            const Observe& observe) {
  evidence::StepEvidence made{.scenario = scenario.name,
                              .step = step.id,
                              .participant = participant.id,
                              .as = step.as,
                              .began = rfc3339(ports.clock.wall())};
  const auto began = ports.clock.now();
  const auto source = evidence_of(scenario, step, so_far);
  const auto values = values_of(ports.topology, participant);
  const auto keys = filled(step.keys, values);
  if (const auto unfit = scenario.unfit(values)) {
    made.missing = unfit->en;
  } else if (!source) {
    made.missing = source.error().message;
  } else if (!keys) {
    made.trouble = trouble_of(keys.error());
  } else {
    auto observed = observe({.ports = ports,
                             .participant = participant,
                             .step = step,
                             .keys = *keys,
                             .of = *source,
                             .after_mail = comes_after_mail(scenario, step)});
    if (!observed && observed.error().kind == ErrorKind::interrupted) return std::unexpected(observed.error());
    if (observed) {
      made.seen = std::move(observed->seen);
      made.missing = std::move(observed->missing);
    } else {
      made.trouble = trouble_of(observed.error());
    }
  }
  made.seconds = std::chrono::duration<double>(ports.clock.now() - began).count();
  return made;
}

}  // namespace labctl::scenario
