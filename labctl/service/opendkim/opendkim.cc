#include <fmt/format.h>

#include "labctl/service/deployments.h"

namespace labctl::service {

Result<Deployment> deploy_opendkim(const Context& context) {
  const auto values = context.placeholders();
  Deployment deployment{.units = {"opendkim.service"}, .probes = {{"127.0.0.1", 8891}}};
  LABCTL_ASSIGN(auto configuration, from_template("opendkim/opendkim.conf", "/etc/opendkim.conf", values));
  deployment.files.push_back(std::move(configuration));
  for (const char* name : {"key.table", "signing.table", "trusted.hosts"}) {
    LABCTL_ASSIGN(auto file,
                  from_template(fmt::format("opendkim/{}", name), fmt::format("/etc/opendkim/{}", name), values));
    deployment.files.push_back(std::move(file));
  }
  deployment.files.push_back({.path = "/etc/dkimkeys",
                              .mode = 0700,
                              .owner = "opendkim",
                              .group = "opendkim",
                              .kind = host::File::Kind::directory});
  return deployment;
}

Result<Deployment> deploy_opendkim_verifier(const Context& context) {
  const auto values = context.placeholders();
  LABCTL_ASSIGN(auto configuration, from_template("opendkim/verifier.conf", "/etc/opendkim.conf", values));
  LABCTL_ASSIGN(auto resolver, from_template("opendkim/resolver.conf", "/etc/opendkim/resolver.conf", values));
  return Deployment{.files = {std::move(configuration), std::move(resolver)},
                    .units = {"opendkim.service"},
                    .probes = {{"127.0.0.1", 8891}}};
}

}  // namespace labctl::service
