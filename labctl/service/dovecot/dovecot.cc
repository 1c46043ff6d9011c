#include <fmt/format.h>

#include "labctl/service/deployments.h"

namespace labctl::service {
namespace {

/// Lines of Dovecot's passwd-file: who may log in on this host.
std::string users_of(const Context& context) {
  if (context.host.has(topology::Role::rogue))
    return fmt::format("{}@rogue-mailer.{}:{}\n", topology::kUserA, context.lab.domain,
                       context.credentials.rogue_password);
  const auto* participant = context.lab.find_participant(context.host.participant);
  const auto found = context.credentials.participants.find(context.host.participant);
  if (participant == nullptr || found == context.credentials.participants.end()) return {};
  return fmt::format("{0}@{2}:{3}\n{1}@{2}:{3}\n", topology::kUserA, topology::kUserB, participant->zone,
                     found->second.password);
}

Result<Deployment> deploy_dovecot(const Context& context, std::string_view kind, bool postfix_auth,
                                  std::string_view sieve_file = "junk.sieve") {
  auto values = context.placeholders();
  LABCTL_ASSIGN(const auto auth, embedded("dovecot/postfix-auth.conf"));
  values["postfix_auth"] = postfix_auth ? std::string(auth) : "";
  values["mail_domain"] = context.host.participant.empty() ? context.lab.domain : values.at("zone");
  LABCTL_ASSIGN(auto main, from_template("dovecot/common.conf", "/etc/dovecot/dovecot.conf", values));
  LABCTL_ASSIGN(auto more, from_template(fmt::format("dovecot/{}.conf", kind), "/etc/dovecot/dovecot.conf", values));
  main.content += more.content;
  LABCTL_ASSIGN(auto sieve, from_template(fmt::format("dovecot/{}", sieve_file), "/etc/dovecot/junk.sieve", values));
  std::vector<Probe> probes;
  if (kind == "mailbox") probes = {{context.host.address, 143}};
  return Deployment{
      .files = {std::move(main),
                std::move(sieve),
                {.path = "/etc/dovecot/users", .content = users_of(context), .mode = 0640, .group = "dovecot"},
                {.path = "/var/mail/lab",
                 .mode = 0700,
                 .owner = "vmail",
                 .group = "vmail",
                 .kind = host::File::Kind::directory}},
      .units = {"dovecot.service"},
      .probes = std::move(probes)};
}

}  // namespace

Result<Deployment> deploy_dovecot_mailbox(const Context& context) {
  return deploy_dovecot(context, "mailbox", context.host.has(topology::Role::rogue));
}
Result<Deployment> deploy_dovecot_mailbox_results(const Context& context) {
  return deploy_dovecot(context, "mailbox", false, "results.sieve");
}
Result<Deployment> deploy_dovecot_auth(const Context& context) { return deploy_dovecot(context, "auth-only", true); }

}  // namespace labctl::service
