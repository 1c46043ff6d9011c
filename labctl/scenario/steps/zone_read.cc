#include <fmt/format.h>

#include <array>

#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {
namespace {

constexpr std::array<config::Key, 2> kKeys{{
    {.name = "zone", .summary = "zone; the participant's own when it is missing"},
    {.name = "names",
     .types = static_cast<unsigned>(config::Type::array),
     .required = true,
     .summary = "what is asked for: [\"@ MX\", \"sender A\"]"},
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(questions_of(keys, "names", keys.text_of("zone", lab.participants.front().zone)));
  return {};
}

Result<Observation> play(const StepContext& context) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto questions, questions_of(context.keys, "names", zone));
  LABCTL_ASSIGN(auto found, look(context, zone, questions));
  return seen(std::move(found));
}

Result<Observation> recognize(const StepContext& context, const Opened&) { return play(context); }

std::vector<std::string> commands(const StepContext& context) {
  return {prompt(context.participant.receiver, true) + fmt::format("cat /var/lib/knot/{}.zone", zone_of(context))};
}

}  // namespace

constinit const StepKind kZoneRead{.verb = "zone.read",
                                   .summary = "ask a zone's authority for records",
                                   .leaves = Leaves::zone,
                                   .keys = kKeys,
                                   .check = check,
                                   .play = play,
                                   .recognize = recognize,
                                   .commands = commands};

}  // namespace labctl::scenario
