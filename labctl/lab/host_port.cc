#include "labctl/lab/host_port.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/host/ssh_session.h"

namespace labctl::lab {
namespace {

constexpr int kSshFailed = 255;  // ssh(1), EXIT STATUS: an error of ssh itself

}  // namespace

std::string shell_quoted(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

Result<ProcessResult> HostPortImpl::run(const std::string& host, const std::vector<std::string>& argv) {
  LABCTL_ASSIGN(auto* const found, hosts_.find(host));
  auto result = found->run({.argv = argv});
  if (!result) return std::unexpected(result.error().at(host));
  return result;
}

Result<ProcessResult> HostPortImpl::login(const std::string& participant, const std::string& host,
                                          const std::string& command) {
  const auto* bastion = topology_.with_role(topology::Role::bastion);
  if (bastion == nullptr) return lab_error("the lab has no bastion to log in through");
  const auto* target = topology_.find_host(host);
  if (target == nullptr) {
    LABCTL_TRY(hosts_.find(host));
    return usage_error(fmt::format("the lab has no host '{}'", printable(host)));
  }
  const auto own = credentials_.participants.find(participant);
  const auto host_key = credentials_.ssh_host_keys.find(bastion->name);
  if (own == credentials_.participants.end())
    return usage_error(fmt::format("the lab has no participant '{}'", printable(participant)));
  if (host_key == credentials_.ssh_host_keys.end()) return lab_error("the lab has no host key", bastion->name);

  LABCTL_ASSIGN(auto* const entrance, hosts_.find(bastion->name));
  const std::string there = target == bastion ? command
                                              : fmt::format("ssh -o BatchMode=yes -- {} {}", shell_quoted(target->fqdn),
                                                            shell_quoted(command));
  auto result = host::run_over_ssh({.server = {entrance->sockets(), bastion->address, 22},
                                    .host_key = host_key->second.public_text,
                                    .user = topology::kUserA,
                                    .private_key = own->second.ssh.private_pem,
                                    .public_key = own->second.ssh.public_text},
                                   there);
  if (!result) {
    Error error = result.error();
    error.where = fmt::format("{}: sshd", bastion->name);
    return std::unexpected(std::move(error));
  }
  // Otherwise 255 is the command's own: ssh says nothing of itself then.
  if (target != bastion && result->exit_status == kSshFailed &&
      (result->err.find("ssh: ") != std::string::npos || result->err.find("Permission denied (") != std::string::npos ||
       result->err.find("Connection closed by ") != std::string::npos))
    return lab_error(
        fmt::format("no login from {} as {}: {}", bastion->name, participant, printable(trim(result->err))),
        fmt::format("{}: sshd", target->name), fmt::format("labctl logs {} ssh.service", target->name));
  return result;
}

}  // namespace labctl::lab
