#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>

#include "labctl/base/file.h"
#include "labctl/base/parallel.h"
#include "labctl/base/text.h"
#include "labctl/host/image.h"
#include "labctl/host/network.h"
#include "labctl/lab/forwards.h"
#include "labctl/lab/kernel_limits.h"
#include "labctl/lab/lab.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/machines.h"
#include "labctl/lab/record.h"
#include "labctl/lab/transition.h"
#include "labctl/service/credentials.h"

namespace labctl::lab {
namespace {

/// Each participant's, in the order of the hosts.
std::vector<topology::ReceiverKind> receivers_of(const topology::LabSettings& settings) {
  std::vector<topology::ReceiverKind> kinds;
  if (const auto lab = topology::make_topology(settings))
    for (const auto& host : lab->hosts)
      if (!host.receiver.stack.empty()) kinds.push_back(host.receiver);
  return kinds;
}

std::string in_words(const topology::LabSettings& settings) {
  std::vector<std::string> kinds;
  for (const auto& kind : receivers_of(settings)) {
    auto name = fmt::format("{}/{}", kind.stack, kind.profile);
    if (std::ranges::find(kinds, name) == kinds.end()) kinds.push_back(std::move(name));
  }
  return fmt::format("{} participants in {} on {}, receivers {}{}{}", settings.participants, settings.domain,
                     settings.network, join(kinds, " and "), settings.dnssec ? ", signed zones" : "",
                     settings.listen.empty() ? "" : ", listening on " + settings.listen);
}

bool same(const topology::LabSettings& a, const topology::LabSettings& b) {
  return a.domain == b.domain && a.network == b.network && a.participants == b.participants && a.dnssec == b.dnssec &&
         a.listen == b.listen && a.listen_port_base == b.listen_port_base && receivers_of(a) == receivers_of(b);
}

/// The record of a lab that is there, checked against what is asked for; else a new one, already written down.
Result<Record> record_for(const topology::LabSettings& settings) {
  LABCTL_ASSIGN(auto topology, topology::make_topology(settings));
  if (record_exists(settings.lab)) {
    LABCTL_ASSIGN(auto record, load_record(settings.lab));
    if (!same(record.settings, settings))
      return usage_error(
          fmt::format("lab '{}' is up with other settings: {}; asked for: {}", settings.lab, in_words(record.settings),
                      in_words(settings)),
          {}, fmt::format("labctl --lab {0} down first, or give the new lab another name (--lab)", settings.lab));
    LABCTL_TRY(include_intermediaries(record, settings.with));
    return record;
  }
  Record record{.settings = settings, .topology = std::move(topology), .forwards = {}, .units = {}};
  record.forwards = forwards_of(settings, record.topology);
  LABCTL_TRY(check_forwards(record.forwards));
  LABCTL_TRY(save_record(record));
  return record;
}

Result<topology::Credentials> credentials_for(const Record& record) {
  if (auto known = load_credentials(record.topology.lab)) {
    LABCTL_ASSIGN(const bool more, service::add_intermediary_secrets(record.topology, *known));
    if (more) LABCTL_TRY(save_credentials(record.topology.lab, *known));
    return known;
  }
  const std::string scratch = host::state_directory(record.topology.lab) + "/keys";
  std::error_code code;
  std::filesystem::remove_all(scratch, code);
  LABCTL_TRY(make_directories(scratch, 0700));
  LABCTL_ASSIGN(auto credentials, service::make_credentials(record.topology, record.settings.listen, scratch));
  std::filesystem::remove_all(scratch, code);
  LABCTL_TRY(save_credentials(record.topology.lab, credentials));
  return credentials;
}

/// The hosts that have to be made anew; those that have booted are mended in place, so that nobody's work is lost.
Result<std::vector<const topology::HostSpec*>> missing_hosts(const Blueprint& blueprint) {
  const auto& hosts = blueprint.topology.hosts;
  std::vector<char> running(hosts.size());
  std::mutex mutex;
  std::optional<Error> failure;
  parallel_for(hosts.size(), processor_count() * 2, [&](std::size_t i) {
    const auto mended = mend_host(blueprint, hosts[i]);
    const std::scoped_lock lock(mutex);
    if (mended)
      running[i] = *mended ? 1 : 0;
    else if (!failure)
      failure = mended.error();
  });
  if (failure) return std::unexpected(std::move(*failure));
  std::vector<const topology::HostSpec*> missing;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    if (running[i] == 0) missing.push_back(&hosts[i]);
  return missing;
}

}  // namespace

Result<void> up(const topology::LabSettings& settings, const Progress& told, std::stop_token stop) {
  std::mutex mutex;
  const Progress progress = [&](std::string_view what) {
    const std::scoped_lock lock(mutex);
    told(what);
  };
  LABCTL_TRY(topology::make_topology(settings));  // A bad setting is told before anything is touched.
  LABCTL_ASSIGN(const auto lock, lock_lab(settings.lab));
  reached("up.locked");
  LABCTL_ASSIGN(const auto image, host::ensure_image(progress, stop));
  LABCTL_ASSIGN(auto record, record_for(settings));
  reached("up.recorded");
  LABCTL_TRY(raise_kernel_limits());
  LABCTL_ASSIGN(const auto credentials, credentials_for(record));
  reached("up.credentials");
  LABCTL_TRY(note_units(record, credentials, image.root));
  LABCTL_TRY(save_record(record));
  const host::Network network(host::switch_netns(settings.lab));
  const bool new_switch = !network.exists();
  LABCTL_TRY(network.create(record.topology.controller_address));
  reached("up.switch");

  const Blueprint blueprint{record.topology, credentials, image, real_clock(), progress, stop};
  std::vector<const topology::HostSpec*> missing;
  if (new_switch) {
    // Without a bridge no host of this lab can be of use, whatever is left of it.
    for (const auto& host : record.topology.hosts) missing.push_back(&host);
  } else {
    LABCTL_ASSIGN(missing, missing_hosts(blueprint));
  }
  if (!missing.empty()) {
    LABCTL_TRY(remove_hosts(record.topology, missing, real_clock()));
    LABCTL_TRY(make_hosts(blueprint, missing));
  }
  reached("up.hosts");
  LABCTL_TRY(start_forwards(record.topology, record.forwards));
  reached("up.forwards");
  record.complete = true;
  LABCTL_TRY(save_record(record));
  reached("up.done");
  return {};
}

}  // namespace labctl::lab
