#include <array>

#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {
namespace zone_unset_step {

constexpr std::array<config::Key, 3> kKeys{{
    {.name = "zone", .summary = "zone; the participant's own when it is missing"},
    {.name = "names",
     .types = static_cast<unsigned>(config::Type::array),
     .required = true,
     .summary = "what goes: [\"_dmarc TXT\"]"},
    kCacheKey,
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(cache_of(keys));
  LABCTL_TRY(questions_of(keys, "names", keys.text_of("zone", lab.participants.front().zone)));
  return {};
}

Result<Observation> play(const StepContext& context) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto questions, questions_of(context.keys, "names", zone));
  LABCTL_ASSIGN(const auto current, context.ports.zones.read(zone));
  dns::ZoneEdit whole{.zone = zone};
  for (const auto& question : questions) {
    auto edit = dns::edit_to_unset(zone, current, question.name, question.type);
    whole.remove.insert(whole.remove.end(), edit.remove.begin(), edit.remove.end());
  }
  LABCTL_ASSIGN(auto edited, apply(context, whole, questions));
  return seen(std::move(edited));
}

/// That a record isn't there can be seen without a trace of who removed it.
Result<Observation> recognize(const StepContext& context, const Opened&) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto questions, questions_of(context.keys, "names", zone));
  LABCTL_ASSIGN(auto found, look(context, zone, questions));
  LABCTL_TRY(settle(context, zone));
  return seen(std::move(found));
}

std::vector<std::string> commands(const StepContext& context) {
  std::vector<std::string> lines;
  if (const auto questions = questions_of(context.keys, "names", zone_of(context)))
    for (const auto& question : *questions) lines.push_back("- " + question.text());
  return edit_commands(context, lines);
}

}  // namespace zone_unset_step

constinit const StepKind kZoneUnset{.verb = "zone.unset",
                                    .summary = "remove records",
                                    .leaves = Leaves::zone,
                                    .keys = zone_unset_step::kKeys,
                                    .changes = true,
                                    .check = zone_unset_step::check,
                                    .play = zone_unset_step::play,
                                    .recognize = zone_unset_step::recognize,
                                    .commands = zone_unset_step::commands};

}  // namespace labctl::scenario
