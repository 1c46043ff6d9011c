#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_pyspf_milter(const Context& context) {
  LABCTL_ASSIGN(auto configuration, from_template("pyspf_milter/pyspf-milter.conf",
                                                  "/etc/pyspf-milter/pyspf-milter.conf", context.placeholders()));
  return Deployment{
      .files = {std::move(configuration)}, .units = {"pyspf-milter.service"}, .probes = {{"127.0.0.1", 8892}}};
}

}  // namespace labctl::service
