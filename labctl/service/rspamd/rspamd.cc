#include <fmt/format.h>

#include <array>

#include "labctl/service/deployments.h"
#include "labctl/topology/intermediary.h"

namespace labctl::service {
namespace {

/// Modules that would let one participant's mail, or the order of messages, change another's verdict, and those that
/// ask the public Internet.
constexpr std::array kSwitchedOff{"asn",        "bayes_expiry", "fuzzy_check", "hfilter",       "mx_check",
                                  "neural",     "phishing",     "ratelimit",   "rbl",           "replies",
                                  "reputation", "spamtrap",     "surbl",       "history_redis", "known_senders"};

constexpr auto kOfReceivers = {"worker-proxy.inc", "options.inc", "logging.inc", "milter_headers.conf", "arc.conf"};

/// The forwarder whose seal receivers take for true.
constexpr const char* kTrustedSealer = "arc-forwarder";

host::File local(std::string_view name, std::string content) {
  return {.path = fmt::format("/etc/rspamd/local.d/{}", name), .content = std::move(content)};
}

/// Configuration, and the key that it seals with.
Result<Deployment> deploy_rspamd_with(const Context& context, std::initializer_list<const char*> common,
                                      std::string_view profile, std::initializer_list<const char*> parts,
                                      const topology::KeyPair& key) {
  auto values = context.placeholders();
  LABCTL_ASSIGN(const auto* const trusted, topology::find_intermediary(kTrustedSealer));
  values["trusted_sealer"] = topology::mail_domain_of(*trusted, context.lab);
  Deployment deployment{.units = {"rspamd.service"}, .probes = {{context.host.address, 11332}}};
  for (const char* name : common) {
    LABCTL_ASSIGN(auto file,
                  from_template(fmt::format("rspamd/{}", name), fmt::format("/etc/rspamd/local.d/{}", name), values));
    deployment.files.push_back(std::move(file));
  }
  for (const char* name : parts) {
    LABCTL_ASSIGN(auto file, from_template(fmt::format("rspamd/{}/{}", profile, name),
                                           fmt::format("/etc/rspamd/local.d/{}", name), values));
    deployment.files.push_back(std::move(file));
  }
  for (const char* module : kSwitchedOff)
    deployment.files.push_back(local(fmt::format("{}.conf", module), "enabled = false;\n"));
  for (const char* worker : {"worker-normal.inc", "worker-fuzzy.inc"})
    deployment.files.push_back(local(worker, "enabled = false;\n"));
  deployment.files.push_back(local("worker-controller.inc", "bind_socket = \"127.0.0.1:11334\";\n"));
  deployment.files.push_back(local("redis.conf", "servers = \"127.0.0.1:6379\";\n"));
  // A record that was changed a second ago is judged as it is now: nothing is remembered beside the resolver's cache.
  deployment.files.push_back(local("spf.conf", "spf_cache_size = 0;\n"));
  deployment.files.push_back(local("dkim.conf", "dkim_cache_size = 0;\n"));
  // The lab has one top-level domain and no way out: the public list, which takes a second to compile, adds nothing.
  const auto& domain = context.lab.domain;
  deployment.files.push_back(
      {.path = "/etc/rspamd/public_suffix.dat", .content = fmt::format("{}\n", domain.substr(domain.rfind('.') + 1))});
  deployment.files.push_back({.path = "/var/lib/rspamd/arc.key",
                              .content = key.private_pem,
                              .mode = 0640,
                              .owner = "_rspamd",
                              .group = "_rspamd"});
  return deployment;
}

}  // namespace

Result<Deployment> deploy_rspamd(const Context& context) {
  return deploy_rspamd_with(context, kOfReceivers, "policy",
                            {"dmarc.conf", "actions.conf", "groups.conf", "policies_group.conf", "greylist.conf"},
                            context.credentials.arc_key);
}
Result<Deployment> deploy_rspamd_mailcow(const Context& context) {
  return deploy_rspamd_with(context, kOfReceivers, "mailcow",
                            {"dmarc.conf", "actions.conf", "groups.conf", "policies_group.conf", "greylist.conf",
                             "multimap.conf", "composites.conf", "settings.conf"},
                            context.credentials.arc_key);
}
Result<Deployment> deploy_rspamd_sealer(const Context& context) {
  return deploy_rspamd_with(context, {"worker-proxy.inc", "options.inc", "logging.inc"}, "sealer",
                            {"arc.conf", "actions.conf", "milter_headers.conf"}, context.credentials.intermediary_key);
}

}  // namespace labctl::service
