#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/topology/topology.h"

namespace labctl::topology {

/// A host between sender and receiver: a forwarder or a list (RFC 7960 section 3.2). A lab has one when its settings or
/// a lesson ask for it. Its domain has a parent that it shares with no participant, so that nothing of it aligns.
struct Intermediary {
  std::string_view name;   ///< of the host: "forwarder"
  std::string_view label;  ///< of its mail domain, below the lab's top-level domain: "forward"
  int last_octet;          ///< of its address in the network of the shared hosts
  std::span<const Role> roles;
};

std::span<const Intermediary> intermediaries();
/// Errors: `usage` for a name that is none, with the nearest.
Result<const Intermediary*> find_intermediary(std::string_view name);

/// "forward.example" in a lab whose domain is "mail.nic.example".
std::string mail_domain_of(const Intermediary& intermediary, const Topology& lab);
/// Its host in that lab.
HostSpec host_of(const Intermediary& intermediary, const Topology& lab);

/// A message reaches another address only through a forwarder or a list. Errors: `usage`, without a hint, when it is
/// said
/// (`says_where`) of what was sent to another domain, or is not said.
Result<void> check_reach(const Topology& lab, std::string_view domain, bool says_where);

/// Both, without a name twice, in the order of the table.
std::vector<std::string> together(const std::vector<std::string>& some, const std::vector<std::string>& more);

}  // namespace labctl::topology
