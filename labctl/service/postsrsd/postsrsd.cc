#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_postsrsd(const Context& context) {
  LABCTL_ASSIGN(auto configuration,
                from_template("postsrsd/postsrsd.conf", "/etc/default/postsrsd", context.placeholders()));
  return Deployment{
      .files = {std::move(configuration),
                {.path = "/etc/postsrsd.secret", .content = context.credentials.srs_secret + "\n", .mode = 0600},
                {.path = "/var/lib/postsrsd", .mode = 0755, .kind = host::File::Kind::directory}},
      .units = {"postsrsd.service"},
      .probes = {{"127.0.0.1", 10001}, {"127.0.0.1", 10002}}};
}

}  // namespace labctl::service
