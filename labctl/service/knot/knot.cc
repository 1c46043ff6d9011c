#include <fmt/format.h>

#include "labctl/service/deployments.h"
#include "labctl/service/knot/zones.h"

namespace labctl::service {
namespace {

Result<Deployment> deploy_knot(const Context& context, const std::vector<ZoneText>& zones) {
  Placeholders values = context.placeholders();
  Deployment deployment{.units = {"knot.service"}, .probes = {{context.host.address, 53}}};
  std::string list;
  for (const auto& [zone, text] : zones) {
    const std::string file = zone == "." ? "root.zone" : zone + ".zone";
    list += fmt::format("  - domain: {}\n    file: \"{}\"\n", zone == "." ? "." : zone + ".", file);
    deployment.files.push_back({.path = "/var/lib/knot/" + file, .content = text, .owner = "knot", .group = "knot"});
  }
  values["zones"] = list;
  LABCTL_ASSIGN(auto configuration, from_template("knot/knot.conf", "/etc/knot/knot.conf", values, 0640));
  configuration.group = "knot";
  deployment.files.push_back(std::move(configuration));
  return deployment;
}

}  // namespace

Result<Deployment> deploy_knot_parent(const Context& context) {
  LABCTL_ASSIGN(const auto zones, parent_zones(context));
  return deploy_knot(context, zones);
}

Result<Deployment> deploy_knot_authority(const Context& context) {
  LABCTL_ASSIGN(auto zone, participant_zone(context));
  return deploy_knot(context, {std::move(zone)});
}

Result<Deployment> deploy_knot_intermediary(const Context& context) {
  LABCTL_ASSIGN(auto zone, intermediary_zone(context));
  return deploy_knot(context, {std::move(zone)});
}

}  // namespace labctl::service
