#include <array>

#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {
namespace zone_set_step {

constexpr std::array<config::Key, 3> kKeys{{
    {.name = "zone", .summary = "zone; the participant's own when it is missing"},
    {.name = "record",
     .required = true,
     .summary = "the record as a zone file has it: '_dmarc 20 TXT \"v=DMARC1; p=none\"'"},
    kCacheKey,
}};

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(cache_of(keys));
  const auto record = dns::parse_record(keys.text_of("record"), keys.text_of("zone", lab.participants.front().zone));
  if (!record) return std::unexpected(record.error().at(keys.find("record")->at.text()));
  return {};
}

Result<Observation> play(const StepContext& context) {
  LABCTL_ASSIGN(const auto record, dns::parse_record(context.keys.text_of("record"), zone_of(context)));
  return publish(context, record);
}

Result<Observation> recognize(const StepContext& context, const Opened&) {
  LABCTL_ASSIGN(const auto record, dns::parse_record(context.keys.text_of("record"), zone_of(context)));
  return recognize_published(context, record);
}

std::vector<std::string> commands(const StepContext& context) {
  const auto record = dns::parse_record(context.keys.text_of("record"), zone_of(context));
  return edit_commands(context, {"+ " + (record ? dns::to_line(*record) : context.keys.text_of("record"))});
}

}  // namespace zone_set_step

constinit const StepKind kZoneSet{.verb = "zone.set",
                                  .summary = "publish a record; one of the same kind is replaced",
                                  .leaves = Leaves::zone,
                                  .keys = zone_set_step::kKeys,
                                  .changes = true,
                                  .check = zone_set_step::check,
                                  .play = zone_set_step::play,
                                  .recognize = zone_set_step::recognize,
                                  .commands = zone_set_step::commands};

}  // namespace labctl::scenario
