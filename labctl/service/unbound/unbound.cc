#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_unbound(const Context& context) {
  const auto values = context.placeholders();
  Deployment deployment{.units = {"unbound.service"}, .probes = {{context.host.address, 53}}};
  LABCTL_ASSIGN(auto configuration, from_template("unbound/unbound.conf", "/etc/unbound/unbound.conf", values));
  LABCTL_ASSIGN(auto hints, from_template("unbound/lab-root.hints", "/etc/unbound/lab-root.hints", values));
  LABCTL_ASSIGN(auto unit,
                from_template("unbound/unit.conf", "/etc/systemd/system/unbound.service.d/lab.conf", values));
  deployment.files = {std::move(configuration), std::move(hints), std::move(unit)};
  return deployment;
}

}  // namespace labctl::service
