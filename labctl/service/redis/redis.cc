#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_redis(const Context& context) {
  LABCTL_ASSIGN(auto configuration,
                from_template("redis/redis.conf", "/etc/redis/redis.conf", context.placeholders(), 0640));
  configuration.owner = "redis";
  configuration.group = "redis";
  LABCTL_ASSIGN(auto unit, from_template("redis/unit.conf", "/etc/systemd/system/redis-server.service.d/lab.conf",
                                         context.placeholders()));
  return Deployment{.files = {std::move(configuration), std::move(unit)},
                    .units = {"redis-server.service"},
                    .probes = {{"127.0.0.1", 6379}}};
}

}  // namespace labctl::service
