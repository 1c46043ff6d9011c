#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"
#include "labctl/scenario/zone_start.h"

namespace labctl::scenario {
namespace zone_begin_step {

constexpr std::array<config::Key, 3> kKeys{{
    {.name = "zone", .summary = "zone; the participant's own when it is missing"},
    {.name = "records",
     .types = static_cast<unsigned>(config::Type::array),
     .summary = "what is published beside the records that a new lab's zone has"},
    {.name = "without",
     .types = static_cast<unsigned>(config::Type::array),
     .summary = "names and types of a new lab's zone that are taken out: [\"@ MX\"]"},
}};

Result<std::vector<dns::Record>> records_in(const config::Value& keys, const std::string& zone) {
  LABCTL_TRY(check_texts(keys, "records"));
  std::vector<dns::Record> records;
  if (const auto* array = keys.find("records"))
    for (const auto& item : array->items) {
      auto record = dns::parse_record(item.text, zone);
      if (!record) return std::unexpected(record.error().at(item.at.text()));
      records.push_back(*std::move(record));
    }
  return records;
}

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  const std::string zone = keys.text_of("zone", lab.participants.front().zone);
  LABCTL_TRY(records_in(keys, zone));
  LABCTL_TRY(questions_of(keys, "without", zone));
  return {};
}

Result<Observation> play(const StepContext& context) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto added, records_in(context.keys, zone));
  LABCTL_ASSIGN(const auto without, questions_of(context.keys, "without", zone));
  LABCTL_ASSIGN(const auto current, context.ports.zones.read(zone));
  auto wanted = starting_records(context.ports.topology, zone, current);
  std::erase_if(wanted, [&](const dns::Record& record) {
    return std::ranges::any_of(
        without, [&](const Question& gone) { return gone.name == record.owner && gone.type == record.type; });
  });
  wanted.insert(wanted.end(), added.begin(), added.end());
  std::vector<Question> questions{{zone + ".", "NS"}};
  for (const auto& record : added) {
    const auto same = [&](const Question& asked) { return asked.name == record.owner && asked.type == record.type; };
    if (std::ranges::none_of(questions, same)) questions.push_back({record.owner, record.type});
  }
  LABCTL_ASSIGN(auto edited, apply(context, edit_to_become(zone, current, wanted), questions));
  return seen(std::move(edited));
}

Result<Observation> recognize(const StepContext& context, const Opened&) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto records, records_in(context.keys, zone));
  std::vector<Question> questions{{zone + ".", "NS"}};
  for (const auto& record : records) questions.push_back({record.owner, record.type});
  LABCTL_TRY(settle(context, zone));
  LABCTL_ASSIGN(auto found, look(context, zone, questions));
  return seen(std::move(found));
}

std::vector<std::string> commands(const StepContext& context) {
  std::vector<std::string> lines;
  for (const auto& text : texts_of(context.keys, "records")) lines.push_back("+ " + text);
  return edit_commands(context, lines);
}

}  // namespace zone_begin_step

constinit const StepKind kZoneBegin{.verb = "zone.begin",
                                    .summary = "put a zone back to what a new lab has, and publish records beside it",
                                    .leaves = Leaves::zone,
                                    .keys = zone_begin_step::kKeys,
                                    .changes = true,
                                    .check = zone_begin_step::check,
                                    .play = zone_begin_step::play,
                                    .recognize = zone_begin_step::recognize,
                                    .commands = zone_begin_step::commands};

}  // namespace labctl::scenario
