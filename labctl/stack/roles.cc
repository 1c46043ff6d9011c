#include "labctl/stack/roles.h"

#include <algorithm>
#include <array>
#include <utility>

#include "labctl/stack/receiver_stack.h"

namespace labctl::stack {
namespace {

using topology::Role;

/// Which services a role needs. A role of a new kind is one row a service; what mx and mailbox need is the receiver's
/// stack.
constexpr std::array<std::pair<Role, std::string_view>, 20> kServicesOfRoles{{
    {Role::parent_dns, "knot-parent"},
    {Role::resolver, "unbound"},
    {Role::filter, "redis"},
    {Role::filter, "rspamd"},
    {Role::rogue, "dovecot-mailbox"},
    {Role::rogue, "postfix-rogue"},
    {Role::bastion, "sshd"},
    {Role::authority, "knot"},
    {Role::submission, "dovecot-auth"},
    {Role::submission, "opendkim"},
    {Role::submission, "postfix-submission"},
    {Role::forwarder, "knot-intermediary"},
    {Role::srs, "postsrsd"},
    {Role::sealer, "rspamd-sealer"},
    {Role::forwarder, "postfix-forwarder"},
    {Role::list, "knot-intermediary"},
    {Role::list, "suffixes"},
    {Role::list, "opendkim-list"},
    {Role::list, "postfix-list"},
    {Role::list, "mailman"},
}};

}  // namespace

std::vector<std::string_view> services_of(const topology::HostSpec& host) {
  std::vector<std::string_view> services{"base"};
  for (const auto& [role, service] : kServicesOfRoles)
    if (host.has(role)) services.push_back(service);
  if (const auto* receiver = stack_of(host))
    services.insert(services.end(), receiver->services.begin(), receiver->services.end());
  // A participant's hosts are where the participant logs in.
  if (!host.participant.empty() || host.has(Role::rogue))
    if (std::ranges::find(services, "sshd") == services.end()) services.push_back("sshd");
  return services;
}

}  // namespace labctl::stack
