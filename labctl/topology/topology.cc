#include "labctl/topology/topology.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/topology/intermediary.h"

namespace labctl::topology {
namespace {

bool is_label(std::string_view label) {
  // RFC 1035 section 2.3.1, with digits first as RFC 1123 section 2.1 allows.
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_domain(std::string_view domain) {
  const auto labels = split(domain, '.');
  return domain.size() <= 200 && labels.size() >= 2 && std::ranges::all_of(labels, is_label);
}

bool is_lab_name(std::string_view name) { return !name.empty() && name.size() <= 20 && is_label(name); }

/// "198.18" of "198.18.0.0/16". The benchmarking range is outside what Rspamd takes for its own network (there it
/// checks nothing), and no router forwards it.
Result<std::string> first_octets(const std::string& network) {
  for (const char* octets : {"198.18", "198.19"})
    if (network == fmt::format("{}.0.0/16", octets)) return octets;
  return usage_error(fmt::format("'{}' is outside the network that labs have their addresses in", printable(network)),
                     {}, "198.18.0.0/16 or 198.19.0.0/16, the halves of 198.18.0.0/15 (RFC 2544)");
}

/// Where a lab may be published: one port for SSH and one more for each participant.
Result<void> check_listen(const LabSettings& settings) {
  if (settings.listen.empty()) return {};
  in_addr address{};
  if (::inet_pton(AF_INET, settings.listen.c_str(), &address) != 1)
    return usage_error(fmt::format("'{}' is no IPv4 address to listen on", printable(settings.listen)), {},
                       "127.0.0.1 lets only this machine in, 0.0.0.0 everybody");
  if (settings.listen_port_base < 1 || settings.listen_port_base > 65535 - kMaxParticipants)
    return usage_error(fmt::format("the first port to listen on is {}: it must be 1 to {}", settings.listen_port_base,
                                   65535 - kMaxParticipants));
  return {};
}

std::string id_of(int number) { return fmt::format("m{:03}", number); }

/// A receiver is somebody's.
Result<void> check_receivers(const LabSettings& settings) {
  std::vector<std::string> ids;
  for (int number = 1; number <= settings.participants; ++number) ids.push_back(id_of(number));
  for (const auto& [id, kind] : settings.receivers)
    if (std::ranges::find(ids, id) == ids.end())
      return usage_error(fmt::format("a receiver of '{}', who does not take part", printable(id)), {},
                         fmt::format("the lab has m001 to {}", ids.back()));
  return {};
}

}  // namespace

std::string mac_of(std::string_view address) {
  const auto octets = split(address, '.');
  return fmt::format("02:1a:{:02x}:{:02x}:{:02x}:{:02x}", std::stoi(octets[0]), std::stoi(octets[1]),
                     std::stoi(octets[2]), std::stoi(octets[3]));
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::parent_dns:
      return "parent-dns";
    case Role::resolver:
      return "resolver";
    case Role::filter:
      return "filter";
    case Role::rogue:
      return "rogue";
    case Role::bastion:
      return "bastion";
    case Role::authority:
      return "authority";
    case Role::mx:
      return "mx";
    case Role::mailbox:
      return "mailbox";
    case Role::submission:
      return "submission";
    case Role::forwarder:
      return "forwarder";
    case Role::srs:
      return "srs";
    case Role::sealer:
      return "sealer";
    case Role::list:
      return "list";
  }
  return "unknown";
}

bool HostSpec::has(Role role) const { return std::ranges::find(roles, role) != roles.end(); }

const HostSpec* Topology::find_host(std::string_view name) const {
  const auto found =
      std::ranges::find_if(hosts, [&](const HostSpec& host) { return host.name == name || host.fqdn == name; });
  return found == hosts.end() ? nullptr : &*found;
}

const Participant* Topology::find_participant(std::string_view id) const {
  const auto found = std::ranges::find(participants, id, &Participant::id);
  return found == participants.end() ? nullptr : &*found;
}

const HostSpec* Topology::with_role(Role role, std::string_view participant) const {
  const auto found = std::ranges::find_if(hosts, [&](const HostSpec& host) {
    return host.has(role) && (participant.empty() || host.participant == participant);
  });
  return found == hosts.end() ? nullptr : &*found;
}

std::vector<const HostSpec*> Topology::hosts_of(std::string_view participant) const {
  std::vector<const HostSpec*> found;
  for (const auto& host : hosts)
    if (host.participant == participant) found.push_back(&host);
  return found;
}

const HostSpec* Topology::intermediary_of(std::string_view mail_domain) const {
  const auto found = std::ranges::find_if(hosts, [&](const HostSpec& host) {
    return !host.mail_domain.empty() && equal_ignoring_case(host.mail_domain, mail_domain);
  });
  return found == hosts.end() ? nullptr : &*found;
}

bool Topology::is_inside(std::string_view domain_name) const {
  std::string name = to_lower(domain_name);
  if (name.ends_with('.')) name.pop_back();
  const auto within = [&](const std::string& above) { return name == above || name.ends_with("." + above); };
  return within(domain) || std::ranges::any_of(hosts, [&](const HostSpec& host) {
           return !host.mail_domain.empty() && within(host.mail_domain);
         });
}

Result<Topology> make_topology(const LabSettings& settings) {
  if (!is_lab_name(settings.lab))
    return usage_error(fmt::format("'{}' is no name for a lab", printable(settings.lab)), {},
                       "use up to 20 lower-case letters, digits and '-'");
  if (!is_domain(settings.domain))
    return usage_error(fmt::format("'{}' is no domain name for a lab", printable(settings.domain)), {},
                       "use at least two labels of lower-case letters, digits and '-', e.g. mail.nic.example");
  if (settings.participants < 1 || settings.participants > kMaxParticipants)
    return usage_error(fmt::format("{} participants: a lab takes 1 to {}", settings.participants, kMaxParticipants));

  LABCTL_TRY(check_listen(settings));
  LABCTL_ASSIGN(const auto octets, first_octets(settings.network));
  LABCTL_TRY(check_receivers(settings));
  LABCTL_ASSIGN(const auto usual, receiver_kind(settings.receiver));

  Topology lab{.lab = settings.lab,
               .domain = settings.domain,
               .controller_address = octets + ".0.254",
               .dnssec = settings.dnssec};
  const auto add = [&](std::string name, std::string fqdn, std::string_view last_octets, std::vector<Role> roles,
                       std::string participant = {}) {
    std::string address = fmt::format("{}.{}", octets, last_octets);
    std::string mac = mac_of(address);
    lab.hosts.push_back({std::move(name),
                         std::move(fqdn),
                         std::move(address),
                         std::move(mac),
                         std::move(roles),
                         std::move(participant),
                         {},
                         {}});
  };
  const auto shared = [&](const char* name, const char* last_octets, Role role) {
    add(name, fmt::format("{}.{}", name, settings.domain), last_octets, {role});
  };
  shared("parent-dns", "0.1", Role::parent_dns);
  shared("resolver", "0.53", Role::resolver);
  shared("filter", "0.25", Role::filter);
  add("rogue-mailer", fmt::format("mx.rogue-mailer.{}", settings.domain), "0.251", {Role::rogue});
  shared("island", "0.22", Role::bastion);
  for (int number = 1; number <= settings.participants; ++number) {
    const std::string id = id_of(number);
    const Participant participant{id, number, fmt::format("{}.{}", id, settings.domain), "receiver." + id,
                                  "sender." + id};
    add(participant.receiver, "receiver." + participant.zone, fmt::format("{}.11", number),
        {Role::authority, Role::mx, Role::mailbox}, id);
    const auto own = settings.receivers.find(id);
    LABCTL_ASSIGN(lab.hosts.back().receiver,
                  receiver_kind(own == settings.receivers.end() ? ReceiverKind{} : own->second, usual));
    add(participant.sender, "sender." + participant.zone, fmt::format("{}.12", number), {Role::submission}, id);
    lab.participants.push_back(participant);
  }
  for (const auto& name : settings.with) LABCTL_TRY(find_intermediary(name));
  for (const auto& name : together(settings.with, {})) {
    LABCTL_ASSIGN(const auto* const wanted, find_intermediary(name));
    auto host = host_of(*wanted, lab);
    if (lab.is_inside(host.mail_domain) || (settings.domain + ".").ends_with("." + host.mail_domain + "."))
      return usage_error(fmt::format("{} has a domain of its own, {}, which is the lab's", name, host.mail_domain), {},
                         "give the lab another domain");
    lab.hosts.push_back(std::move(host));
  }
  return lab;
}

std::vector<std::string> parent_zone_names(const Topology& topology) {
  return {".", topology.domain.substr(topology.domain.rfind('.') + 1), topology.domain, reverse_zone(topology)};
}

std::vector<std::string> zone_names(const Topology& topology) {
  auto names = parent_zone_names(topology);
  for (const auto& participant : topology.participants) names.push_back(participant.zone);
  for (const auto& one : intermediaries())
    if (const auto domain = mail_domain_of(one, topology); domain != topology.domain) names.push_back(domain);
  return names;
}

std::string reverse_zone(const Topology& topology) {
  const auto octets = split(topology.controller_address, '.');
  return fmt::format("{}.{}.in-addr.arpa", octets[1], octets[0]);
}

}  // namespace labctl::topology
