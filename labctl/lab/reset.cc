#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/dns/unbound_control.h"
#include "labctl/host/image.h"
#include "labctl/lab/lab.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/machines.h"
#include "labctl/lab/ports_impl.h"
#include "labctl/lab/record.h"
#include "labctl/lab/zone_history.h"

namespace labctl::lab {
namespace {

/// What the shared hosts remember of the participant: cached answers, keys in Redis.
Result<void> forget(const topology::Topology& topology, const topology::Participant& participant) {
  if (const auto* resolver = topology.with_role(topology::Role::resolver)) {
    const auto host = host::nspawn_host(machine_of(topology, *resolver));
    LABCTL_ASSIGN(const auto socket, host->unix_socket("/run/unbound/control.sock"));
    LABCTL_TRY(dns::UnboundControl(socket).flush_zone(participant.zone));
  }
  if (const auto* filter = topology.with_role(topology::Role::filter)) {
    const auto host = host::nspawn_host(machine_of(topology, *filter));
    LABCTL_ASSIGN(const auto keys,
                  host->run({.argv = {"redis-cli", "--scan", "--pattern", fmt::format("*{}*", participant.zone)}}));
    std::vector<std::string> argv{"redis-cli", "del"};
    for (const auto& key : lines_of(keys.out)) argv.push_back(key);
    if (argv.size() > 2) LABCTL_TRY(host->run({.argv = std::move(argv)}));
  }
  return {};
}

}  // namespace

Result<void> reset(const std::string& lab, const std::vector<std::string>& participants, const Progress& progress,
                   std::stop_token stop) {
  LABCTL_ASSIGN(const auto record, load_record(lab));
  std::vector<const topology::HostSpec*> hosts;
  for (const auto& id : participants) {
    if (record.topology.find_participant(id) == nullptr)
      return usage_error(fmt::format("lab '{}' has no participant '{}'", lab, printable(id)), {},
                         fmt::format("it has m001 to {}", record.topology.participants.back().id));
    for (const auto* host : record.topology.hosts_of(id)) hosts.push_back(host);
  }
  LABCTL_ASSIGN(const auto locks, lock_participants(lab, participants));
  LABCTL_ASSIGN(const auto credentials, load_credentials(lab));
  LABCTL_ASSIGN(const auto image, host::ensure_image(progress, stop));
  // The start is what `up` makes: the same hosts, made by the same code.
  const Blueprint blueprint{record.topology, credentials, image, real_clock(), progress, stop};
  LABCTL_TRY(remove_hosts(record.topology, hosts, real_clock()));
  LABCTL_TRY(make_hosts(blueprint, hosts));
  for (const auto& id : participants)
    LABCTL_TRY(ZoneHistory(zone_directory(record.topology)).forget(record.topology.find_participant(id)->zone));
  for (const auto& id : participants) LABCTL_TRY(forget(record.topology, *record.topology.find_participant(id)));
  return {};
}

}  // namespace labctl::lab
