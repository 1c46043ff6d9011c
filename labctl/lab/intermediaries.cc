// Forwarders and lists that come to a lab that is up.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "labctl/base/text.h"
#include "labctl/dns/unbound_control.h"
#include "labctl/host/image.h"
#include "labctl/host/network.h"
#include "labctl/lab/lab.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/machines.h"
#include "labctl/lab/record.h"
#include "labctl/lab/transition.h"
#include "labctl/service/credentials.h"
#include "labctl/topology/intermediary.h"

namespace labctl::lab {
namespace {

bool all_there(const Record& record, const std::vector<std::string>& names) {
  return std::ranges::all_of(names, [&](const std::string& name) {
    const auto* host = record.topology.find_host(name);
    return host != nullptr && has_booted(record.topology, *host);
  });
}

/// Somebody may have asked for the host before it was there; Unbound then leaves its server alone for minutes.
Result<void> forget_silence(const topology::Topology& topology) {
  const auto* resolver = topology.with_role(topology::Role::resolver);
  if (resolver == nullptr) return {};
  const auto host = host::nspawn_host(machine_of(topology, *resolver));
  LABCTL_ASSIGN(const auto socket, host->unix_socket("/run/unbound/control.sock"));
  return dns::UnboundControl(socket).flush_servers();
}

}  // namespace

Result<void> add_intermediaries(const std::string& lab, const std::vector<std::string>& names, const Progress& told,
                                std::stop_token stop) {
  for (const auto& name : names) LABCTL_TRY(topology::find_intermediary(name));
  LABCTL_TRY(topology::make_topology({.lab = lab}));
  if (!record_exists(lab)) return {};  // Whoever opens the lab next says so.
  LABCTL_ASSIGN(auto record, load_record(lab));
  if (!record.complete || all_there(record, names)) return {};
  LABCTL_ASSIGN(const auto lock, lock_lab(lab));
  LABCTL_ASSIGN(record, load_record(lab));
  LABCTL_ASSIGN(const auto image, host::ensure_image(told, stop));
  LABCTL_TRY(include_intermediaries(record, names));
  LABCTL_ASSIGN(auto credentials, load_credentials(lab));
  LABCTL_ASSIGN(const bool more, service::add_intermediary_secrets(record.topology, credentials));
  if (more) LABCTL_TRY(save_credentials(lab, credentials));
  LABCTL_TRY(note_units(record, credentials, image.root));
  LABCTL_TRY(save_record(record));
  reached("add.recorded");
  std::mutex mutex;
  const Progress progress = [&](std::string_view what) {
    const std::scoped_lock one_at_a_time(mutex);
    told(what);
  };
  const Blueprint blueprint{record.topology, credentials, image, real_clock(), progress, stop};
  std::vector<const topology::HostSpec*> missing;
  for (const auto& name : names)
    if (const auto* host = record.topology.find_host(name); !has_booted(record.topology, *host))
      missing.push_back(host);
  LABCTL_TRY(remove_hosts(record.topology, missing, real_clock()));
  LABCTL_TRY(make_hosts(blueprint, missing));
  reached("add.hosts");
  return forget_silence(record.topology);
}

}  // namespace labctl::lab
