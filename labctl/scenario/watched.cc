#include "labctl/scenario/watched.h"

#include "labctl/base/text.h"
#include "labctl/dns/record.h"
#include "labctl/scenario/steps/zone_tools.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {

std::vector<std::string> watched_by(const Scenario& scenario, const topology::Topology& topology,
                                    const topology::Participant& participant) {
  std::vector<std::string> names;
  const auto values = values_of(topology, participant);
  for (const auto& step : scenario.steps) {
    const auto keys = filled(step.keys, values);
    if (!keys || !equal_ignoring_case(keys->text_of("zone", participant.zone), participant.zone)) continue;
    // The three ways in which a step names records.
    if (keys->find("record") != nullptr) {
      if (const auto record = dns::parse_record(keys->text_of("record"), participant.zone))
        names.push_back(record->owner + " " + record->type);
    } else if (keys->find("names") != nullptr) {
      if (const auto questions = questions_of(*keys, "names", participant.zone))
        for (const auto& question : *questions) names.push_back(question.text());
    } else if (step.kind->verb == "dkim.publish") {
      names.push_back(keys->text_of("selector") + "._domainkey." + participant.zone + ". TXT");
    }
  }
  return names;
}

}  // namespace labctl::scenario
