#include "labctl/cli/mailbox.h"

#include <utility>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/mail/address.h"

namespace labctl::cli {
namespace {

/// The host that keeps the mailbox, and the password to it.
std::pair<const topology::HostSpec*, std::string> keeper_of(const lab::Lab& lab, const std::string& address) {
  const std::string domain = to_lower(mail::domain_of(address));
  for (const auto& participant : lab.topology().participants)
    if (participant.zone == domain)
      return {lab.topology().find_host(participant.receiver),
              lab.credentials().participants.at(participant.id).password};
  return {lab.topology().with_role(topology::Role::rogue), lab.credentials().rogue_password};
}

}  // namespace

Result<mail::Mailbox> mailbox_of(lab::Lab& lab, const std::string& address) {
  LABCTL_TRY(check_mailbox(lab.topology(), address));
  const auto keeper = keeper_of(lab, address);
  LABCTL_ASSIGN(auto* host, lab.host(keeper.first->name));
  return mail::Mailbox({.server = {host->sockets(), keeper.first->address, 143},
                        .server_name = keeper.first->fqdn,
                        .user = address,
                        .password = keeper.second,
                        .ca_pem = lab.credentials().ca_pem});
}

}  // namespace labctl::cli
