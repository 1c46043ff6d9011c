#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_redis(const Context& context) {
  LABCTL_ASSIGN(auto configuration, from_template("redis/redis.conf", "/etc/redis/redis.conf", context.placeholders(), 0640));
  configuration.owner = "redis";
  configuration.group = "redis";
  return Deployment{.files = {std::move(configuration)}, .units = {"redis-server.service"}, .probes = {{"127.0.0.1", 6379}}};
}

}  // namespace labctl::service
