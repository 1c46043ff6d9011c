#include "labctl/lab/machines.h"

#include <fmt/format.h>

#include <filesystem>
#include <mutex>
#include <optional>

#include "labctl/base/file.h"
#include "labctl/base/parallel.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/host/disk.h"
#include "labctl/host/host_files.h"
#include "labctl/host/listening.h"
#include "labctl/host/network.h"
#include "labctl/lab/transition.h"
#include "labctl/stack/receiver_stack.h"
#include "labctl/stack/roles.h"

namespace labctl::lab {
namespace {
namespace fs = std::filesystem;

constexpr Milliseconds kBootPatience{90'000};
// Rspamd reads its rules for seconds, and for half a minute on a machine that is busy with other things.
constexpr Milliseconds kProbePatience{120'000};
constexpr Milliseconds kFailureLook{1000};

host::CgroupLimits limits_of(const topology::HostSpec& host) {
  // The shared filter scans the whole class's mail; the bastion holds everybody's login.
  if (host.has(topology::Role::filter)) return {.processes = 512, .memory_bytes = 2048ULL << 20U};
  // Mailman's runners, each a Python of its own.
  if (host.has(topology::Role::list)) return {.processes = 512, .memory_bytes = 1024ULL << 20U};
  // A filter of one's own.
  if (const auto* receiver = stack::stack_of(host); receiver != nullptr && receiver->filter == stack::Filter::own)
    return {.processes = 512, .memory_bytes = 1024ULL << 20U};
  if (host.has(topology::Role::bastion)) return {.processes = 4096, .memory_bytes = 1024ULL << 20U};
  return {.processes = 512, .memory_bytes = 512ULL << 20U};
}

/// The journal of the units that failed, as systemd tells them.
std::string failed_units(host::Host& host) {
  const auto list =
      host.run({.argv = {"systemctl", "list-units", "--state=failed", "--plain", "--no-legend", "--no-pager"}});
  std::string text;
  if (!list) return text;
  for (const auto& line : lines_of(list->out)) {
    const auto unit = line.substr(0, line.find(' '));
    const auto log = host.run({.argv = {"journalctl", "--unit", unit, "--lines=12", "--no-pager", "--output=cat"}});
    text += fmt::format("{} failed:\n    {}\n  ", unit, log ? printable(join(lines_of(log->out), "\n    ")) : "");
  }
  return text;
}

Result<bool> listens(host::Host& host, const service::Probe& probe) {
  LABCTL_ASSIGN(const auto table, host.get("/proc/1/net/tcp"));
  return host::listens_in(table, probe.address, probe.port);
}

Result<void> await_services(host::Host& host, const topology::HostSpec& spec, const service::Deployment& deployment,
                            const Blueprint& blueprint) {
  auto next_look = blueprint.clock.now() + kFailureLook;
  for (const auto& probe : deployment.probes) {
    const auto waited = wait_until(
        blueprint.clock, {.total = kProbePatience}, fmt::format("{} to listen on port {}", spec.name, probe.port),
        [&]() -> Result<bool> {
          LABCTL_ASSIGN(const bool up, listens(host, probe));
          if (up || blueprint.clock.now() < next_look) return up;
          // What has failed won't listen, however long one waits.
          next_look = blueprint.clock.now() + kFailureLook;
          const auto failed = failed_units(host);
          if (!failed.empty()) return lab_error(failed);
          return false;
        },
        blueprint.stop);
    if (waited) continue;
    Error error = waited.error().at(spec.name);
    error.hint = fmt::format("labctl --lab {} logs {}", blueprint.topology.lab, spec.name);
    return std::unexpected(std::move(error));
  }
  return {};
}

/// Stands beside a host that `up` has brought to its end: from then on there can be somebody's work in it.
std::string finished_mark(const host::NspawnMachine& machine) { return machine.places.directory + "/finished"; }

/// Postfix waits at its start until main.cf has not been changed for two seconds.
constexpr std::chrono::seconds kSettled{10};

/// The file of a unit: "postfix@.service" of "postfix@-.service".
std::string unit_file(const std::string& unit) {
  const auto at = unit.find('@');
  return "/lib/systemd/system/" +
         (at == std::string::npos ? unit : unit.substr(0, at + 1) + unit.substr(unit.rfind('.')));
}

std::vector<host::File> wants_of(const service::Deployment& deployment) {
  std::vector<host::File> wants;
  for (const auto& unit : deployment.units)
    wants.push_back({.path = "/etc/systemd/system/labhost.target.wants/" + unit,
                     .content = unit_file(unit),
                     .kind = host::File::Kind::symlink});
  return wants;
}

Result<void> make_one(const Blueprint& blueprint, const topology::HostSpec& spec) {
  const auto machine = machine_of(blueprint.topology, spec);
  LABCTL_TRY(machine.cgroup().create(limits_of(spec)));
  reached("up.host.cgroup");
  LABCTL_TRY(host::mount_root(machine.places, blueprint.image.root, blueprint.image.disk_template));
  reached("up.host.disk");
  LABCTL_ASSIGN(const auto deployment,
                deployment_of(blueprint.topology, blueprint.credentials, spec, blueprint.image.root));
  LABCTL_TRY(host::put_files(machine.places.root, deployment.files, kSettled));
  LABCTL_TRY(host::put_files(machine.places.root, wants_of(deployment)));
  reached("up.host.files");
  LABCTL_TRY(host::boot(machine, blueprint.clock, kBootPatience, blueprint.stop));
  reached("up.host.booted");
  const auto host = host::nspawn_host(machine);
  LABCTL_TRY(await_services(*host, spec, deployment, blueprint));
  return write_file(finished_mark(machine), "");
}

std::vector<host::Port> ports_of(const topology::Topology& topology,
                                 const std::vector<const topology::HostSpec*>& hosts) {
  std::vector<host::Port> ports;
  for (const auto* host : hosts)
    ports.push_back({host::places_of(topology.lab, host->name).netns, host->address, host->mac});
  return ports;
}

}  // namespace

host::NspawnMachine machine_of(const topology::Topology& topology, const topology::HostSpec& host) {
  return {
      .lab = topology.lab, .name = host.name, .fqdn = host.fqdn, .places = host::places_of(topology.lab, host.name)};
}

Result<service::Deployment> deployment_of(const topology::Topology& topology, const topology::Credentials& credentials,
                                          const topology::HostSpec& host, const std::string& image_root) {
  const service::Context context{topology, host, credentials,
                                 [&](std::string_view path) { return host::get_file(image_root, path, 0); }};
  service::Deployment whole;
  for (const auto name : stack::services_of(host)) {
    const auto* service = service::find_service(name);
    if (service == nullptr) return lab_error(fmt::format("no service '{}'", name), host.name);
    LABCTL_ASSIGN(auto part, service->deploy(context));
    const auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(whole.files, part.files);
    append(whole.units, part.units);
    append(whole.probes, part.probes);
  }
  return whole;
}

Result<void> note_units(Record& record, const topology::Credentials& credentials, const std::string& image_root) {
  for (const auto& host : record.topology.hosts) {
    if (record.units.contains(host.name)) continue;
    LABCTL_ASSIGN(const auto deployment, deployment_of(record.topology, credentials, host, image_root));
    record.units[host.name] = deployment.units;
  }
  return {};
}

Result<void> make_hosts(const Blueprint& blueprint, const std::vector<const topology::HostSpec*>& hosts) {
  const host::Network network(host::switch_netns(blueprint.topology.lab));
  LABCTL_TRY(network.attach(ports_of(blueprint.topology, hosts)));
  reached("up.cables");
  std::vector<const topology::HostSpec*> all;
  for (const auto& host : blueprint.topology.hosts) all.push_back(&host);
  LABCTL_TRY(network.pin(ports_of(blueprint.topology, all)));
  reached("up.pins");

  std::mutex mutex;
  std::optional<Error> failure;
  std::size_t ready = 0;
  // A booting host waits for its own disk and timers now and then: a few more than there are processors.
  parallel_for(hosts.size(), processor_count() + 2, [&](std::size_t i) {
    {
      const std::scoped_lock lock(mutex);
      if (failure || blueprint.stop.stop_requested()) return;
    }
    const auto made = make_one(blueprint, *hosts[i]);
    const std::scoped_lock lock(mutex);
    if (made)
      blueprint.progress(fmt::format("{}: ready ({} of {})", hosts[i]->name, ++ready, hosts.size()));
    else if (!failure)
      failure = made.error().at(hosts[i]->name);
  });
  if (blueprint.stop.stop_requested())
    return std::unexpected(Error{ErrorKind::interrupted,
                                 "interrupted while the hosts were made",
                                 {},
                                 "labctl up goes on, labctl down takes away"});
  if (failure) return std::unexpected(std::move(*failure));
  return {};
}

bool has_booted(const topology::Topology& topology, const topology::HostSpec& host) {
  const auto machine = machine_of(topology, host);
  std::error_code code;
  return host::is_running(machine) && fs::exists(finished_mark(machine), code);
}

Result<bool> mend_host(const Blueprint& blueprint, const topology::HostSpec& spec) {
  if (!has_booted(blueprint.topology, spec)) return false;
  const auto machine = machine_of(blueprint.topology, spec);
  const host::Network network(host::switch_netns(blueprint.topology.lab));
  const auto ports = ports_of(blueprint.topology, {&spec});
  bool well = true;
  if (!network.plugged(ports.front())) {
    LABCTL_TRY(network.plug(ports));
    blueprint.progress(fmt::format("{}: network cable plugged in again", spec.name));
    well = false;
  }
  const auto host = host::nspawn_host(machine);
  LABCTL_ASSIGN(const auto deployment,
                deployment_of(blueprint.topology, blueprint.credentials, spec, blueprint.image.root));
  for (const auto& unit : deployment.units) {
    LABCTL_ASSIGN(const auto active, host->run({.argv = {"systemctl", "is-active", "--quiet", unit}}));
    if (active.exit_status == 0) continue;
    well = false;
    // One that failed too often is not started again until systemd is told to forget it.
    LABCTL_TRY(host->run({.argv = {"systemctl", "reset-failed", unit}}));
    LABCTL_ASSIGN(const auto started, host->run({.argv = {"systemctl", "restart", unit}}));
    if (started.exit_status != 0)
      return lab_error(
          fmt::format("{} does not start: {}\n  {}", unit, printable(trim(started.err)), failed_units(*host)),
          spec.name, fmt::format("labctl --lab {} logs {} {}", blueprint.topology.lab, spec.name, unit));
    blueprint.progress(fmt::format("{}: {} started again", spec.name, unit));
  }
  LABCTL_TRY(await_services(*host, spec, deployment, blueprint));
  if (well) blueprint.progress(fmt::format("{}: is up", spec.name));
  return true;
}

Result<void> remove_hosts(const topology::Topology& topology, const std::vector<const topology::HostSpec*>& hosts,
                          Clock& clock) {
  std::vector<host::NspawnMachine> machines;
  for (const auto* host : hosts) machines.push_back(machine_of(topology, *host));
  for (const auto& machine : machines) LABCTL_TRY(machine.cgroup().kill_all(clock));
  for (const auto& machine : machines) LABCTL_TRY(host::unmount_root(machine.places));
  for (const auto& machine : machines) LABCTL_TRY(host::remove_netns(machine.places.netns));
  for (const auto& machine : machines) {
    LABCTL_TRY(machine.cgroup().remove(clock));
    std::error_code code;
    fs::remove_all(machine.places.directory, code);
    if (code)
      return lab_error(fmt::format("can't remove the host's directory: {}", code.message()), machine.places.directory);
  }
  return {};
}

}  // namespace labctl::lab
