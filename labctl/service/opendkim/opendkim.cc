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

Result<Deployment> deploy_opendkim_list(const Context& context) {
  LABCTL_ASSIGN(auto deployment, deploy_opendkim(context));
  const auto& domain = context.host.mail_domain;
  const auto replace = [&](std::string_view path, const std::string& content) {
    for (auto& file : deployment.files)
      if (file.path == path) file.content = content;
  };
  constexpr const char* kKey = "/etc/dkimkeys/lists.private";
  replace("/etc/opendkim/key.table", fmt::format("lists._domainkey.{0} {0}:lists:{1}\n", domain, kKey));
  replace("/etc/opendkim/signing.table", fmt::format("*@{0} lists._domainkey.{0}\n", domain));
  // Only what Mailman itself sends, from this host, is the list's own.
  replace("/etc/opendkim/trusted.hosts", "127.0.0.1\n");
  deployment.files.push_back({.path = kKey,
                              .content = context.credentials.intermediary_key.private_pem,
                              .mode = 0600,
                              .owner = "opendkim",
                              .group = "opendkim"});
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
