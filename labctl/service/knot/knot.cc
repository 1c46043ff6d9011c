#include <fmt/format.h>

#include "labctl/service/deployments.h"
#include "labctl/service/knot/zones.h"

namespace labctl::service {
namespace {

/// One key for all, as the policy has it; active since long ago, so that a clock that is wrong does not hide it.
constexpr const char* kKeyParameters =
    "algorithm=ecdsap256sha256 ksk=yes zsk=yes created=20200101000000 publish=20200101000000 active=20200101000000";

/// The zones' keys, and how knotd comes to know them: at each start, so that one which was lost or changed comes back.
Result<void> add_keys(const Context& context, const std::vector<ZoneText>& zones, Deployment& deployment) {
  std::string imports;
  for (const auto& [zone, text] : zones) {
    const auto key = context.credentials.zone_keys.find(zone);
    if (key == context.credentials.zone_keys.end()) continue;
    const std::string file = fmt::format("/etc/knot/zone-keys/{}.pem", zone == "." ? "root" : zone);
    deployment.files.push_back(
        {.path = file, .content = key->second.private_pem, .mode = 0400, .owner = "knot", .group = "knot"});
    imports += fmt::format("ExecStartPre=/usr/sbin/keymgr {} import-pem {} {}\n", zone == "." ? "." : zone + ".", file,
                           kKeyParameters);
  }
  LABCTL_ASSIGN(auto unit,
                from_template("knot/unit.conf", "/etc/systemd/system/knot.service.d/lab.conf", {{"imports", imports}}));
  deployment.files.push_back(std::move(unit));
  return {};
}

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
  values["policy"] = values["signing"] = "";
  if (context.lab.dnssec) {
    LABCTL_ASSIGN(const auto policy, embedded("knot/policy.conf"));
    values["policy"] = std::string(policy) + "\n";
    values["signing"] = "    dnssec-signing: on\n    dnssec-policy: lab\n";
    LABCTL_TRY(add_keys(context, zones, deployment));
  }
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
