#include <fmt/format.h>

#include "labctl/service/accounts.h"
#include "labctl/service/deployments.h"

namespace labctl::service {
namespace {

constexpr unsigned kFirstId = 2000;

/// known_hosts lines of every host of the lab: nobody has to answer "yes" at a first login.
std::string known_hosts(const Context& context) {
  std::string lines;
  for (const auto& host : context.lab.hosts)
    if (const auto key = context.credentials.ssh_host_keys.find(host.name);
        key != context.credentials.ssh_host_keys.end())
      lines += fmt::format("{},{} {}\n", host.fqdn, host.address, key->second.public_text);
  return lines;
}

/// The bastion: everybody comes in as user-a, as the handout says, and the key decides whose account goes on from
/// there; with a password one logs in as that account (m001) itself. No account opens another's.
Result<Deployment> bastion_accounts(const Context& context) {
  Account entrance{.name = topology::kUserA, .id = kFirstId};
  std::vector<Account> accounts;
  std::string runas;
  for (const auto& participant : context.lab.participants) {
    const auto& credentials = context.credentials.participants.at(participant.id);
    // A jump (ssh -J) may go to the participant's own hosts and nowhere else.
    std::string jumps;
    for (const auto* host : context.lab.hosts_of(participant.id))
      jumps += fmt::format(",permitopen=\"{}:22\",permitopen=\"{}:22\"", host->fqdn, host->address);
    const std::string options = fmt::format("restrict,pty,port-forwarding{}", jumps);
    entrance.authorized_keys += fmt::format("{},command=\"/usr/local/bin/lab-enter {}\" {}\n", options, participant.id,
                                            credentials.ssh.public_text);
    accounts.push_back({.name = participant.id,
                        .id = kFirstId + static_cast<unsigned>(participant.number),
                        .password = credentials.password,
                        .authorized_keys = fmt::format("{} {}\n", options, credentials.ssh.public_text),
                        .home = {{.path = ".ssh/id_ed25519", .content = credentials.ssh.private_pem, .mode = 0600},
                                 {.path = ".ssh/id_ed25519.pub", .content = credentials.ssh.public_text + "\n"}}});
    runas += fmt::format("{}{}", runas.empty() ? "" : ",", participant.id);
  }
  accounts.push_back(std::move(entrance));
  Deployment deployment;
  LABCTL_ASSIGN(deployment.files, account_files(context, accounts));
  deployment.files.push_back(
      {.path = "/etc/sudoers.d/lab", .content = fmt::format("user-a ALL=({}) NOPASSWD: ALL\n", runas), .mode = 0440});
  LABCTL_ASSIGN(const auto enter, embedded("sshd/lab-enter"));
  deployment.files.push_back({.path = "/usr/local/bin/lab-enter", .content = std::string(enter), .mode = 0755});
  return deployment;
}

Result<Deployment> participant_accounts(const Context& context) {
  const auto& credentials = context.credentials.participants.at(context.host.participant);
  Deployment deployment;
  LABCTL_ASSIGN(deployment.files, account_files(context, {{.name = topology::kUserA,
                                                           .id = kFirstId,
                                                           .password = credentials.password,
                                                           .authorized_keys = credentials.ssh.public_text + "\n"}}));
  deployment.files.push_back(
      {.path = "/etc/sudoers.d/lab", .content = "user-a ALL=(ALL) NOPASSWD: ALL\n", .mode = 0440});
  return deployment;
}

/// Everybody sends spoofed mail from here, each from an account of their own, nobody as root.
Result<Deployment> rogue_accounts(const Context& context) {
  std::vector<Account> accounts;
  for (const auto& participant : context.lab.participants)
    accounts.push_back({.name = participant.id,
                        .id = kFirstId + static_cast<unsigned>(participant.number),
                        .authorized_keys = context.credentials.participants.at(participant.id).ssh.public_text + "\n"});
  Deployment deployment;
  LABCTL_ASSIGN(deployment.files, account_files(context, accounts));
  return deployment;
}

}  // namespace

Result<Deployment> deploy_sshd(const Context& context) {
  Deployment deployment;
  if (context.host.has(topology::Role::bastion)) {
    LABCTL_ASSIGN(deployment, bastion_accounts(context));
  } else if (context.host.has(topology::Role::rogue)) {
    LABCTL_ASSIGN(deployment, rogue_accounts(context));
  } else if (!context.host.participant.empty()) {
    LABCTL_ASSIGN(deployment, participant_accounts(context));
  }
  const auto& key = context.credentials.ssh_host_keys.at(context.host.name);
  deployment.files.push_back({.path = "/etc/ssh/ssh_host_ed25519_key", .content = key.private_pem, .mode = 0600});
  deployment.files.push_back({.path = "/etc/ssh/ssh_host_ed25519_key.pub", .content = key.public_text + "\n"});
  deployment.files.push_back({.path = "/etc/ssh/ssh_known_hosts", .content = known_hosts(context)});
  for (const char* name : {"sshd_config", "ssh_config"}) {
    LABCTL_ASSIGN(auto file, from_template(fmt::format("sshd/{}", name), fmt::format("/etc/ssh/{}", name),
                                           context.placeholders()));
    deployment.files.push_back(std::move(file));
  }
  deployment.units = {"ssh.service"};
  deployment.probes = {{context.host.address, 22}};
  return deployment;
}

}  // namespace labctl::service
