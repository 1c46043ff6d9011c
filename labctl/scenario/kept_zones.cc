#include "labctl/scenario/kept_zones.h"

#include "labctl/scenario/values.h"
#include "labctl/scenario/zone_start.h"

namespace labctl::scenario {
namespace {

Result<void> become(lab::ZonePort& zones, const std::string& zone, const std::vector<dns::Record>& wanted) {
  LABCTL_ASSIGN(const auto current, zones.read(zone));
  auto edit = edit_to_become(zone, current, wanted);
  if (edit.empty()) return {};
  edit.why = "put back as it was before a run of lessons";
  LABCTL_TRY(zones.apply(edit));
  return {};
}

}  // namespace

KeptZones::KeptZones(const lab::Ports& ports, const std::vector<std::string>& participants,
                     const std::string& directory)
    : ports_(ports), participants_(participants) {
  if (!directory.empty()) notes_.emplace(directory);
}

Result<void> KeptZones::remember() {
  LABCTL_TRY(put_back_above(ports_.zones));
  for (const auto& id : participants_) {
    const auto& zone = ports_.topology.find_participant(id)->zone;
    LABCTL_ASSIGN(before_[zone], ports_.zones.read(zone));
    if (!notes_) continue;
    LABCTL_TRY(notes_->keep(zone, before_[zone]));
    // What a killed run left could not be put back yet: the older note is what the zone was.
    LABCTL_ASSIGN(auto noted, notes_->kept(zone));
    if (noted) before_[zone] = *std::move(noted);
  }
  return {};
}

Result<void> KeptZones::put_back(lab::ZonePort& zones, Milliseconds most) const {
  const auto deadline = ports_.clock.now() + most;
  Result<void> trouble;
  for (const auto& [zone, records] : before_) {
    if (ports_.clock.now() > deadline) return timeout_error("there was no time to put every zone back", zone);
    auto made = become(zones, zone, records);
    if (made && notes_) made = notes_->drop_kept(zone);
    if (!made && trouble) trouble = std::move(made);
  }
  if (!before_.empty() && trouble) return put_back_above(zones);
  return trouble;
}

Result<void> KeptZones::put_back_above(lab::ZonePort& zones) const {
  const auto values = values_of(ports_.topology, ports_.topology.participants.front());
  for (const auto* name : {"domain", "tld"}) {
    const auto& zone = values.at(name);
    LABCTL_ASSIGN(const auto current, zones.read(zone));
    LABCTL_TRY(become(zones, zone, starting_records(ports_.topology, zone, current)));
  }
  return {};
}

Result<bool> put_back_noted(lab::ZonePort& zones, const lab::ZoneHistory& notes, const std::string& zone) {
  LABCTL_ASSIGN(const auto records, notes.kept(zone));
  if (!records) return false;
  LABCTL_TRY(become(zones, zone, *records));
  LABCTL_TRY(notes.drop_kept(zone));
  return true;
}

}  // namespace labctl::scenario
