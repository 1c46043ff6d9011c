#include "labctl/scenario/kept_zones.h"

#include "labctl/scenario/values.h"
#include "labctl/scenario/zone_start.h"

namespace labctl::scenario {

Result<void> KeptZones::become(const std::string& zone, const std::vector<dns::Record>& wanted) const {
  LABCTL_ASSIGN(const auto current, ports_.zones.read(zone));
  const auto edit = edit_to_become(zone, current, wanted);
  if (edit.empty()) return {};
  LABCTL_TRY(ports_.zones.apply(edit));
  return {};
}

Result<void> KeptZones::remember() {
  LABCTL_TRY(put_back_above());
  for (const auto& id : participants_) {
    const auto& zone = ports_.topology.find_participant(id)->zone;
    LABCTL_ASSIGN(before_[zone], ports_.zones.read(zone));
  }
  return {};
}

Result<void> KeptZones::put_back() const {
  for (const auto& [zone, records] : before_) LABCTL_TRY(become(zone, records));
  return {};
}

Result<void> KeptZones::put_back_above() const {
  const auto values = values_of(ports_.topology, ports_.topology.participants.front());
  for (const auto* name : {"domain", "tld"}) {
    const auto& zone = values.at(name);
    LABCTL_ASSIGN(const auto current, ports_.zones.read(zone));
    LABCTL_TRY(become(zone, starting_records(ports_.topology, zone, current)));
  }
  return {};
}

}  // namespace labctl::scenario
