#include "labctl/lab/lab.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "labctl/base/parallel.h"
#include "labctl/base/text.h"
#include "labctl/host/nspawn.h"
#include "labctl/host/places.h"
#include "labctl/lab/hosts.h"
#include "labctl/lab/machines.h"
#include "labctl/lab/ports_impl.h"
#include "labctl/lab/record.h"
#include "labctl/lab/zone_admin.h"

namespace labctl::lab {
namespace {
namespace fs = std::filesystem;

class MachineHosts final : public Hosts {
 public:
  explicit MachineHosts(const topology::Topology& topology) : topology_(topology) {
    for (const auto& host : topology.hosts) hosts_.emplace(host.name, host::nspawn_host(machine_of(topology, host)));
  }

  Result<host::Host*> find(std::string_view name) override {
    const auto* spec = topology_.find_host(name);
    if (spec == nullptr) {
      std::vector<std::string> known;
      for (const auto& host : topology_.hosts) known.push_back(host.name);
      const auto meant = nearest(name, known);
      return usage_error(fmt::format("lab '{}' has no host '{}'", topology_.lab, printable(name)), {},
                         meant ? fmt::format("did you mean {}?", *meant) : "labctl status lists them");
    }
    return hosts_.at(spec->name).get();
  }

 private:
  const topology::Topology& topology_;
  std::map<std::string, std::unique_ptr<host::Host>, std::less<>> hosts_;
};

}  // namespace

struct Lab::Impl {
  Record record;
  topology::Credentials credentials;
  std::unique_ptr<Hosts> hosts;
  std::mutex mutex;
  std::vector<PortSet> port_sets;  ///< as many as were asked for; each lives as long as the lab object
};

Lab::Lab(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Lab::~Lab() = default;

Result<std::unique_ptr<Lab>> Lab::open(const std::string& name, Completeness needed) {
  LABCTL_TRY(topology::make_topology({.lab = name}));  // No file is looked for under a name that is none.
  if (!record_exists(name)) {
    const auto up = labs();
    return lab_error(
        fmt::format("lab '{}' is not up", printable(name)), {},
        up.empty() ? "labctl up makes it" : fmt::format("up are: {}; choose one with --lab", join(up, ", ")));
  }
  auto impl = std::make_unique<Impl>();
  LABCTL_ASSIGN(impl->record, load_record(name));
  if (!impl->record.complete && needed == Completeness::whole)
    return lab_error(fmt::format("lab '{}' is only half up", name), {},
                     fmt::format("labctl --lab {} up completes it", name));
  auto credentials = load_credentials(name);
  if (credentials)
    impl->credentials = *std::move(credentials);
  else if (impl->record.complete)
    return std::unexpected(credentials.error());
  impl->hosts = std::make_unique<MachineHosts>(impl->record.topology);
  return std::unique_ptr<Lab>(new Lab(std::move(impl)));
}

const topology::Topology& Lab::topology() const { return impl_->record.topology; }
const topology::Credentials& Lab::credentials() const { return impl_->credentials; }
const std::vector<Forward>& Lab::forwards() const { return impl_->record.forwards; }

Result<host::Host*> Lab::host(std::string_view name) { return impl_->hosts->find(name); }

Result<ProcessSpec> Lab::terminal_command(std::string_view name, const std::vector<std::string>& command) {
  LABCTL_TRY(impl_->hosts->find(name));
  const auto& spec = *impl_->record.topology.find_host(name);
  const auto machine = machine_of(impl_->record.topology, spec);
  auto argv = host::inside(machine, command.empty() ? std::vector<std::string>{"/bin/bash", "-l"} : command);
  if (argv.empty())
    return lab_error("the host is not running", spec.name,
                     fmt::format("labctl --lab {} up starts it again", impl_->record.topology.lab));
  return ProcessSpec{.argv = std::move(argv), .join = machine.cgroup().join_files()};
}

Result<std::vector<HostStatus>> Lab::status() {
  const auto& hosts = impl_->record.topology.hosts;
  std::vector<HostStatus> all(hosts.size());
  parallel_for(hosts.size(), processor_count() * 2, [&](std::size_t i) {
    auto& status = all[i];
    status.host = hosts[i].name;
    status.running = host::is_running(machine_of(impl_->record.topology, hosts[i]));
    const auto units = impl_->record.units.find(status.host);
    if (units == impl_->record.units.end()) return;
    std::vector<std::string> argv{"systemctl", "show", "--property=ActiveState,SubState", "--value"};
    argv.insert(argv.end(), units->second.begin(), units->second.end());
    std::vector<std::string> states;
    if (status.running) {
      const auto host = impl_->hosts->find(status.host);
      const auto shown = host ? (*host)->run({.argv = std::move(argv)}) : std::unexpected(host.error());
      if (shown)
        for (const auto& line : lines_of(shown->out))
          if (!line.empty()) states.push_back(line);
    }
    for (std::size_t unit = 0; unit < units->second.size(); ++unit) {
      const bool known = states.size() >= 2 * (unit + 1);
      status.services.push_back({units->second[unit],
                                 known ? fmt::format("{} ({})", states[2 * unit], states[2 * unit + 1]) : "unknown",
                                 known && states[2 * unit] == "active"});
    }
  });
  return all;
}

Ports Lab::ports(std::stop_token stop) {
  const std::scoped_lock lock(impl_->mutex);
  auto& set = impl_->port_sets.emplace_back(
      make_ports(*impl_->hosts, impl_->record.topology, impl_->credentials, real_clock(), stop));
  return {impl_->record.topology, impl_->credentials, *set.zones, *set.mail, *set.hosts, real_clock(), stop};
}

std::unique_ptr<ZoneAdmin> Lab::zone_admin(std::stop_token stop) {
  const auto& topology = impl_->record.topology;
  return std::make_unique<ZoneAdmin>(*impl_->hosts, topology, impl_->credentials,
                                     real_name_servers(*impl_->hosts, topology), real_clock(), std::move(stop),
                                     zone_directory(topology));
}

std::vector<std::string> labs() {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(host::kStateRoot, code))
    if (entry.is_directory(code)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

}  // namespace labctl::lab
