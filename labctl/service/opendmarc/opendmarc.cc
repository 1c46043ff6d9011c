#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_opendmarc(const Context& context) {
  LABCTL_ASSIGN(auto configuration,
                from_template("opendmarc/opendmarc.conf", "/etc/opendmarc.conf", context.placeholders()));
  return Deployment{
      .files = {std::move(configuration), {.path = "/etc/opendmarc/ignore.hosts", .content = "127.0.0.1\n"}},
      .units = {"opendmarc.service"},
      .probes = {{"127.0.0.1", 8893}}};
}

}  // namespace labctl::service
