#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/topology/receiver_kind.h"

namespace labctl::topology {

/// What a host is for. A host may have several; labctl/stack/roles.cc says which services a role needs.
enum class Role {
  parent_dns,  ///< authority for the lab's root, TLD, lab domain and reverse zone
  resolver,    ///< full-service resolver (Unbound)
  filter,      ///< Rspamd and Redis, as a milter for the mx hosts
  rogue,       ///< sends mail with any From
  bastion,     ///< SSH entrance ("island")
  authority,   ///< Knot with the participant's zone
  mx,          ///< receiving MTA of the participant's zone
  mailbox,     ///< message store: LMTP, sieve, IMAP
  submission,  ///< the participant's outbound MTA: authenticated submission, DKIM signing
  forwarder,   ///< takes mail for addresses of its own domain and sends it on to another's
  srs,         ///< rewrites the envelope sender of what it forwards
  sealer,      ///< checks what it forwards, and seals it by ARC
  list,        ///< mailing lists of a domain of its own
};
inline constexpr Role kLastRole = Role::list;

std::string_view name_of(Role role);

/// One row of the lab table.
struct HostSpec {
  std::string name;     ///< short and unique in the lab: "receiver.m001", "rogue-mailer"
  std::string fqdn;     ///< without trailing dot: "receiver.m001.mail.nic.example", "mx.rogue-mailer.mail.nic.example"
  std::string address;  ///< IPv4 literal inside 198.18.0.0/15
  std::string mac;      ///< pinned to the bridge port
  std::vector<Role> roles;
  std::string participant;  ///< "m001"; empty for a shared host
  ReceiverKind receiver;    ///< of a host with role mx of a participant; empty elsewhere
  std::string mail_domain;  ///< own domain of a host with role forwarder or list; empty elsewhere

  [[nodiscard]] bool has(Role role) const;
};

/// One participant of the course and the hosts that are theirs.
struct Participant {
  std::string id;        ///< "m001"
  int number = 0;        ///< 1 …
  std::string zone;      ///< "m001.mail.nic.example", no trailing dot
  std::string receiver;  ///< name of the host with roles authority, mx, mailbox
  std::string sender;    ///< name of the host with role submission
};

/// The lab as a table of hosts. Everything about a lab's shape is looked up here.
struct Topology {
  std::string lab;                 ///< name of the lab: "default"
  std::string domain;              ///< the lab's domain: "mail.nic.example"
  std::string controller_address;  ///< the controller's own address on the bridge
  bool dnssec = false;             ///< the zones are signed, from the root down, and the resolver validates
  std::vector<HostSpec> hosts;     ///< in dependency order: a host needs only hosts before it
  std::vector<Participant> participants;

  [[nodiscard]] const HostSpec* find_host(std::string_view name) const;  ///< by name or FQDN
  [[nodiscard]] const Participant* find_participant(std::string_view id) const;
  /// The first host with that role and, unless `participant` is empty, of that participant.
  [[nodiscard]] const HostSpec* with_role(Role role, std::string_view participant = {}) const;
  [[nodiscard]] std::vector<const HostSpec*> hosts_of(std::string_view participant) const;
  /// The host with role forwarder or list whose domain that is; null when there is none.
  [[nodiscard]] const HostSpec* intermediary_of(std::string_view mail_domain) const;
  /// True for the lab's domain and the domains of its forwarders and lists, and names below them.
  [[nodiscard]] bool is_inside(std::string_view domain_name) const;
};

/// What lab.toml (or the command line) decides.
struct LabSettings {
  std::string lab = "default";
  std::string domain = "mail.nic.example";
  std::string network = "198.18.0.0/16";  ///< of the hosts' addresses: one of the two /16 of RFC 2544's
  int participants = 3;
  bool dnssec = false;  ///< sign the zones (RFC 4033 to 4035)
  std::string listen;   ///< address for island's SSH and the IMAP forwards; empty: none
  std::uint16_t listen_port_base = 2200;
  ReceiverKind receiver;                                       ///< of every participant that `receivers` does not name
  std::map<std::string, ReceiverKind, std::less<>> receivers;  ///< by participant: "m002"
  std::vector<std::string> with;                               ///< hosts between sender and receiver: "forwarder"
};

inline constexpr int kMaxParticipants = 250;

/// The topology of every lab: shared parent-dns, resolver, filter, rogue-mailer, island; receiver and sender for
/// each participant; the forwarders and the list that are asked for. Errors: `usage` for a participant count outside
/// 1…kMaxParticipants, a lab name, a domain, a network, an address to listen on, a kind of receiver or a host that
/// isn't one, and a receiver of nobody in the lab.
Result<Topology> make_topology(const LabSettings& settings);

/// Pinned to a host's bridge port.
std::string mac_of(std::string_view address);
/// Names of the zones that nobody in the lab owns: the root ("."), the top-level domain, the lab's own, and that of the
/// PTR records; without trailing dot.
std::vector<std::string> parent_zone_names(const Topology& topology);

/// Name of every zone of the lab: from the root (".") down, then the participants', then those of the forwarders and
/// lists that it may come to have; without trailing dot.
std::vector<std::string> zone_names(const Topology& topology);

/// The zone of the hosts' PTR records.
std::string reverse_zone(const Topology& topology);

}  // namespace labctl::topology
