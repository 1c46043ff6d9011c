#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/service/deployments.h"

namespace labctl::service {

/// What every host has: its name, the lab's resolver, the lab's CA and its own certificate.
Result<Deployment> deploy_base(const Context& context) {
  const auto values = context.placeholders();
  const auto certificate = context.credentials.certificates.find(context.host.name);
  if (certificate == context.credentials.certificates.end())
    return lab_error("the lab has no certificate for the host", context.host.name);
  const std::string short_name = split(context.host.fqdn, '.').front();
  return Deployment{.files = {{.path = "/etc/hostname", .content = context.host.fqdn + "\n"},
                              {.path = "/etc/hosts",
                               .content = fmt::format("127.0.0.1\tlocalhost\n{}\t{} {}\n", context.host.address,
                                                      context.host.fqdn, short_name)},
                              {.path = "/etc/resolv.conf",
                               .content = fmt::format("nameserver {}\nsearch {}\noptions timeout:2\n",
                                                      values.at("resolver_address"), values.at("domain"))},
                              {.path = "/etc/ssl/lab/ca.pem", .content = context.credentials.ca_pem},
                              {.path = "/etc/ssl/lab/host.pem",
                               .content = certificate->second.key_pem + certificate->second.chain_pem,
                               .mode = 0600}}};
}

}  // namespace labctl::service
