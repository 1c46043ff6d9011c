#include "labctl/lab/zone_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::lab {
namespace {

std::string normal_zone(std::string_view zone) {
  std::string name = to_lower(zone);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace

std::string ZonePlace::on_host(std::string_view knotc_command) const {
  return fmt::format("labctl exec {} -- knotc {} {}", host, knotc_command, zone);
}

std::string ZonePlace::kept_file() const {
  const auto slash = file.rfind('/') + 1;
  return fmt::format("{}.labctl-{}", file.substr(0, slash), file.substr(slash));
}

std::vector<ZonePlace> zone_places(const topology::Topology& topology) {
  std::vector<ZonePlace> places;
  if (const auto* parent = topology.with_role(topology::Role::parent_dns))
    for (const auto& zone : topology::parent_zone_names(topology))
      places.push_back({zone, parent->name, fmt::format("/var/lib/knot/{}.zone", zone == "." ? "root" : zone)});
  for (const auto& participant : topology.participants)
    places.push_back({participant.zone, participant.receiver, fmt::format("/var/lib/knot/{}.zone", participant.zone)});
  for (const auto& host : topology.hosts)
    if (!host.mail_domain.empty())
      places.push_back({host.mail_domain, host.name, fmt::format("/var/lib/knot/{}.zone", host.mail_domain)});
  for (auto& place : places) place.is_signed = topology.dnssec;
  return places;
}

Result<ZonePlace> find_zone(const topology::Topology& topology, const std::string& zone) {
  const std::string name = normal_zone(zone);
  const auto places = zone_places(topology);
  if (const auto found = std::ranges::find(places, name, &ZonePlace::zone); found != places.end()) return *found;
  std::vector<std::string> known;
  // The root's name is near to every short word.
  for (const auto& place : places)
    if (place.zone != ".") known.push_back(place.zone);
  const auto meant = nearest(name, known);
  return usage_error(fmt::format("the lab has no zone '{}'", printable(zone)), {},
                     meant ? fmt::format("did you mean {}?", *meant) : "labctl zone list shows its zones");
}

}  // namespace labctl::lab
