#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_unbound(const Context& context) {
  auto values = context.placeholders();
  values["modules"] = "iterator";
  values["validation"] = "";
  if (const auto root = context.credentials.zone_keys.find("."); root != context.credentials.zone_keys.end()) {
    values["modules"] = "validator iterator";
    LABCTL_ASSIGN(auto validation, from_template("unbound/validation.conf", "", {{"root_ds", root->second.ds}}));
    values["validation"] = std::move(validation.content);
  }
  Deployment deployment{.units = {"unbound.service"}, .probes = {{context.host.address, 53}}};
  LABCTL_ASSIGN(auto configuration, from_template("unbound/unbound.conf", "/etc/unbound/unbound.conf", values));
  LABCTL_ASSIGN(auto hints, from_template("unbound/lab-root.hints", "/etc/unbound/lab-root.hints", values));
  LABCTL_ASSIGN(auto unit,
                from_template("unbound/unit.conf", "/etc/systemd/system/unbound.service.d/lab.conf", values));
  deployment.files = {std::move(configuration), std::move(hints), std::move(unit)};
  return deployment;
}

}  // namespace labctl::service
