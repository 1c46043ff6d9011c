#include "labctl/lab/zone_admin.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/serial.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/dns/zone_text.h"
#include "labctl/service/service.h"
#include "labctl/stack/roles.h"

namespace labctl::lab {
namespace {

constexpr const char* kKnotUnit = "knot.service";

/// knotd's last words about the zone that are no information.
std::string last_complaint(host::Host& host, const std::string& about) {
  const auto journal =
      host.run({.argv = {"journalctl", "--unit", kKnotUnit, "--no-pager", "--output=cat", "--lines=200"}});
  if (!journal) return {};
  std::string last;
  for (const auto& line : lines_of(journal->out))
    if (!line.starts_with("info:") && line.find(about) != std::string::npos) last = line;
  return printable(last);
}

bool is_running(host::Host& host) {
  const auto active = host.run({.argv = {"systemctl", "is-active", "--quiet", kKnotUnit}});
  return active && active->exit_status == 0;
}

}  // namespace

Result<ZoneCondition> ZoneAdmin::examine(const std::string& zone) {
  ZoneCondition condition;
  LABCTL_ASSIGN(condition.place, find(zone));
  LABCTL_TRY(examine_server(condition));
  LABCTL_TRY(examine_file(condition));
  return condition;
}

Result<void> ZoneAdmin::examine_server(ZoneCondition& condition) {
  const auto& place = condition.place;
  const auto add = [&](ZoneTroubleKind kind, const std::string& detail = {}) {
    condition.troubles.push_back(trouble_of(kind, place, detail));
  };
  const auto status = servers_->status(place.host, place.zone);
  if (!status) {
    LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
    if (status.error().kind == ErrorKind::timeout && is_running(*host))
      add(ZoneTroubleKind::knot_wedged, last_complaint(*host, "blocked"));
    else
      add(ZoneTroubleKind::knot_down, printable(status.error().message));
    return {};
  }
  condition.loaded = status->loaded;
  condition.serial = status->serial;
  if (status->transaction_open) {
    LABCTL_ASSIGN(const bool is_own, desk_.transaction_is_own(place));
    LABCTL_ASSIGN(const auto open, servers_->transaction(place.host, place.zone));
    if (is_own)
      add(ZoneTroubleKind::own_transaction);
    else
      add(ZoneTroubleKind::transaction, open.empty() ? "-" : printable(dns::to_diff(open)));
  }
  LABCTL_ASSIGN(const auto pending, desk_.history().pending(place.zone));
  if (pending) add(ZoneTroubleKind::pending);
  if (!status->loaded) {
    add(ZoneTroubleKind::not_loaded);
  } else {
    LABCTL_ASSIGN(const auto records, servers_->read(place.host, place.zone));
    condition.records = records.size();
  }
  if (status->frozen) add(ZoneTroubleKind::frozen);
  return {};
}

Result<void> ZoneAdmin::examine_file(ZoneCondition& condition) {
  const auto& place = condition.place;
  const auto add = [&](ZoneTroubleKind kind, const std::string& detail) {
    condition.troubles.push_back(trouble_of(kind, place, detail));
  };
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto text = host->get(place.file);
  if (!text) {
    add(ZoneTroubleKind::file_gone, printable(text.error().message));
    return {};
  }
  if (trim(*text).empty()) {
    add(ZoneTroubleKind::file_empty, {});
    return {};
  }
  condition.file_serial = dns::serial_in(*text);
  if (const auto read = dns::parse_zone_text(*text, place.zone, place.file); !read) {
    add(ZoneTroubleKind::file_broken, printable(dns::why_unreadable(read.error())));
    condition.troubles.back().place = fmt::format("{}:{}", place.host, read.error().where);
    return {};
  }
  if (!condition.loaded) return {};
  LABCTL_ASSIGN(const auto file, desk_.file_of(place));
  if (file.difference) condition.difference = *file.difference;
  const bool differs = !condition.difference.empty();
  if (differs) add(ZoneTroubleKind::file_ahead, printable(trim(condition.difference)));
  if (!condition.file_serial) return {};
  const auto serials = fmt::format("{} / {}", *condition.file_serial, condition.serial);
  if (dns::serial_is_newer(condition.serial, *condition.file_serial)) add(ZoneTroubleKind::serial_back, serials);
  if (differs && condition.serial == *condition.file_serial) add(ZoneTroubleKind::serial_unchanged, serials);
  return {};
}

Result<ZoneFile> ZoneAdmin::file_of(const std::string& zone) {
  LABCTL_ASSIGN(const auto place, find(zone));
  return desk_.file_of(place);
}

Result<std::vector<ZoneHistoryEntry>> ZoneAdmin::history(const std::string& zone) {
  LABCTL_ASSIGN(const auto place, find(zone));
  return desk_.history().entries(place.zone);
}

Result<std::vector<dns::Record>> ZoneAdmin::start_of(const std::string& zone) {
  LABCTL_ASSIGN(const auto place, find(zone));
  const auto* spec = topology_.find_host(place.host);
  // Only the name server's files are asked for, and those need nothing of the base system.
  const service::Context context{topology_, *spec, credentials_,
                                 [](std::string_view path) { return lab_error("no base system", std::string(path)); }};
  for (const auto name : stack::services_of(*spec)) {
    if (!name.starts_with("knot")) continue;
    LABCTL_ASSIGN(const auto deployment, service::find_service(name)->deploy(context));
    for (const auto& file : deployment.files)
      if (file.path == place.file) return dns::parse_zone_text(file.content, place.zone, place.file);
  }
  return lab_error(fmt::format("nothing says what {} is at the start", place.zone), place.host);
}

Result<dns::Answer> ZoneAdmin::ask_authority(const std::string& zone, const std::string& name,
                                             const std::string& type) {
  LABCTL_ASSIGN(const auto place, find(zone));
  return servers_->query(place.host, name, type);
}

Result<const topology::HostSpec*> ZoneAdmin::resolver() const {
  if (const auto* spec = topology_.with_role(topology::Role::resolver)) return spec;
  return lab_error("no host of the lab is a resolver");
}

Result<dns::Answer> ZoneAdmin::ask_cache(const std::string& name, const std::string& type) {
  LABCTL_ASSIGN(const auto* spec, resolver());
  return servers_->cached(spec->name, name, type);
}

Result<void> ZoneAdmin::flush_resolver(const std::string& zone) {
  LABCTL_ASSIGN(const auto* spec, resolver());
  LABCTL_ASSIGN(const auto place, find(zone));
  return servers_->flush(spec->name, place.zone);
}

}  // namespace labctl::lab
