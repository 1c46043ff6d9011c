#include "labctl/lab/zone_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/zone_text.h"
#include "labctl/lab/transition.h"

namespace labctl::lab {
namespace {

constexpr Patience kAuthority{.total = Milliseconds{5000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
constexpr Patience kResolver{.total = Milliseconds{8000}, .first = Milliseconds{1}, .longest = Milliseconds{50}};
// A reload without -b returns before the file is loaded; a commit's flush to the file comes after the answer.
constexpr Patience kReload{.total = Milliseconds{1000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
constexpr Patience kFlush{.total = Milliseconds{5000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
/// Written before a transaction begins and after it ended, so that one which a killed labctl left open can be told from
/// a participant's own.
constexpr const char* kIntentFile = "/run/knot/labctl-transaction";
constexpr Patience kTransaction{.total = Milliseconds{2000}, .first = Milliseconds{5}, .longest = Milliseconds{50}};
/// Record sets that an edit without changes is checked by: a participant's zone whole, a large parent zone's first.
constexpr std::size_t kMostQuestions = 60;

std::string normal_zone(std::string_view zone) {
  std::string name = to_lower(zone);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

std::vector<std::pair<std::string, std::string>> sets_of(const std::vector<dns::Record>& records) {
  std::set<std::pair<std::string, std::string>> sets;
  for (const auto& record : records)
    if (record.type != "SOA") sets.emplace(record.owner, record.type);
  return {sets.begin(), sets.end()};
}

/// Only what the zone's authority answers itself: not what lies at or below a delegation (RFC 1034 section 4.2.1).
void drop_delegated(std::vector<dns::Record>& records, const std::vector<dns::Record>& zone_content,
                    const std::string& apex) {
  std::vector<std::string> cuts;
  for (const auto& record : zone_content)
    if (record.type == "NS" && record.owner != apex) cuts.push_back(record.owner);
  std::erase_if(records, [&](const dns::Record& record) {
    return std::ranges::any_of(
        cuts, [&](const std::string& cut) { return record.owner == cut || record.owner.ends_with("." + cut); });
  });
}

bool holds(const std::vector<dns::Record>& records, const dns::Record& wanted) {
  return std::ranges::any_of(records, [&](const dns::Record& record) {
    return record.type == wanted.type && record.rdata == wanted.rdata &&
           equal_ignoring_case(record.owner, wanted.owner);
  });
}

/// True when the answers hold what the edit adds and nothing of what it removes.
bool shows(const std::vector<dns::Answer>& answers, const dns::ZoneEdit& edit) {
  std::vector<dns::Record> all;
  for (const auto& answer : answers) {
    if (answer.rcode != "NOERROR" && answer.rcode != "NXDOMAIN") return false;
    all.insert(all.end(), answer.records.begin(), answer.records.end());
  }
  const auto seen = [&](const dns::Record& record) { return holds(all, record); };
  return std::ranges::all_of(edit.add, seen) && std::ranges::none_of(edit.remove, [&](const dns::Record& record) {
           return seen(record) && !holds(edit.add, record);
         });
}

/// The same record sets in both, whatever their remaining TTL.
bool same_records(const evidence::RecordsSeen& a, const evidence::RecordsSeen& b) {
  if (a.answers.size() != b.answers.size()) return false;
  for (std::size_t i = 0; i < a.answers.size(); ++i) {
    const auto& left = a.answers[i].records;
    const auto& right = b.answers[i].records;
    if (left.size() != right.size() ||
        !std::ranges::all_of(left, [&](const dns::Record& r) { return holds(right, r); }))
      return false;
  }
  return true;
}

}  // namespace

Result<ZonePortImpl::Place> ZonePortImpl::find(const std::string& zone) const {
  const std::string name = normal_zone(zone);
  for (const auto& participant : topology_.participants)
    if (participant.zone == name) return Place{name, participant.receiver, fmt::format("/var/lib/knot/{}.zone", name)};
  std::vector<std::string> parents{".", topology_.domain.substr(topology_.domain.rfind('.') + 1), topology_.domain};
  parents.push_back(topology::reverse_zone(topology_));
  if (std::ranges::find(parents, name) != parents.end()) {
    const auto* host = topology_.with_role(topology::Role::parent_dns);
    if (host == nullptr) return lab_error(fmt::format("no host of the lab serves the zone {}", name));
    return Place{name, host->name, fmt::format("/var/lib/knot/{}.zone", name == "." ? "root" : name)};
  }
  std::vector<std::string> known = std::move(parents);
  for (const auto& participant : topology_.participants) known.push_back(participant.zone);
  const auto meant = nearest(name, known);
  return usage_error(fmt::format("the lab has no zone '{}'", printable(zone)), {},
                     meant ? fmt::format("did you mean {}?", *meant)
                           : fmt::format("its zones are those of the participants ({} ...) and {}",
                                         topology_.participants.empty() ? "none" : topology_.participants.front().zone,
                                         topology_.domain));
}

std::mutex& ZonePortImpl::mutex_of(const std::string& zone) {
  const std::scoped_lock lock(mutex_);
  return zone_mutexes_[zone];
}

Result<std::vector<dns::Record>> ZonePortImpl::read(const std::string& zone) {
  LABCTL_ASSIGN(const auto place, find(zone));
  return servers_->read(place.host, place.zone);
}

Result<evidence::RecordsSeen> ZonePortImpl::ask_authority(const std::string& zone,
                                                          const std::vector<std::string>& questions) {
  LABCTL_ASSIGN(const auto place, find(zone));
  Questions asked;
  for (const auto& question : questions) {
    const auto text = trim(question);
    const auto space = text.find_first_of(" \t");
    if (space == std::string_view::npos)
      return usage_error(fmt::format("'{}' is no question for a name server", printable(question)), {},
                         "write NAME TYPE, e.g. _dmarc TXT");
    LABCTL_ASSIGN(auto name, dns::absolute_name(text.substr(0, space), place.zone));
    std::string type(trim(text.substr(space)));
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    asked.emplace_back(std::move(name), std::move(type));
  }
  return look(place.host, place, asked);
}

Result<evidence::RecordsSeen> ZonePortImpl::look(const std::string& server, const Place& place,
                                                 const Questions& questions) {
  evidence::RecordsSeen seen{.server = server, .zone = place.zone};
  for (const auto& [name, type] : questions) {
    LABCTL_ASSIGN(auto answer, servers_->query(server, name, type));
    seen.answers.push_back(std::move(answer));
  }
  LABCTL_ASSIGN(seen.serial, servers_->serial(server, place.zone));
  return seen;
}

Result<evidence::ZoneEdited> ZonePortImpl::apply(const dns::ZoneEdit& wanted) {
  LABCTL_ASSIGN(const auto place, find(wanted.zone));
  const std::scoped_lock lock(mutex_of(place.zone));
  dns::ZoneEdit edit = wanted;
  edit.zone = place.zone;
  const std::string apex = place.zone == "." ? "." : place.zone + ".";
  evidence::ZoneEdited edited{.zone = place.zone, .diff = dns::to_diff(edit)};
  if (edit.empty()) {
    LABCTL_ASSIGN(auto records, servers_->read(place.host, place.zone));
    drop_delegated(records, std::vector<dns::Record>(records), apex);
    auto questions = sets_of(records);
    if (questions.size() > kMostQuestions) questions.resize(kMostQuestions);
    LABCTL_ASSIGN(edited.authority, look(place.host, place, questions));
    edited.serial_before = edited.serial_after = edited.authority.serial;
    LABCTL_ASSIGN(edited.resolver, await_resolver(place, edit, questions, edited.authority));
    return edited;
  }
  LABCTL_TRY(require_editable(place));
  LABCTL_TRY(require_reloaded(place));
  LABCTL_ASSIGN(edited.serial_before, servers_->serial(place.host, place.zone));
  at_stage("zone.looked");
  LABCTL_TRY(commit(place, edit));
  at_stage("zone.committed");

  LABCTL_ASSIGN(const auto content, servers_->read(place.host, place.zone));
  drop_delegated(edit.remove, content, apex);
  drop_delegated(edit.add, content, apex);
  std::vector<dns::Record> changed = edit.remove;
  changed.insert(changed.end(), edit.add.begin(), edit.add.end());
  const auto questions = sets_of(changed);
  LABCTL_ASSIGN(edited.authority, await_authority(place, edit, questions, edited.serial_before));
  edited.serial_after = edited.authority.serial;
  LABCTL_ASSIGN(edited.resolver, await_resolver(place, edit, questions, edited.authority));
  // The next edit compares the file with the zone, and the participant reads the file.
  auto flushed = wait_until(
      clock_, kFlush, fmt::format("{} to show the edit", place.file),
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto difference, unloaded_edit(place));
        return difference.empty();
      },
      stop_);
  if (!flushed) return std::unexpected(flushed.error().at(place.knot()));
  return edited;
}

Result<void> ZonePortImpl::require_editable(const Place& place) {
  LABCTL_ASSIGN(auto status, servers_->status(place.host, place.zone));
  if (status.transaction_open) {
    LABCTL_TRY(abandon_own_transaction(place));
    LABCTL_ASSIGN(status, servers_->status(place.host, place.zone));
  }
  const auto on_host = [&](std::string_view command) {
    return fmt::format("labctl exec {} -- knotc {} {}", place.host, command, place.zone);
  };
  if (status.transaction_open)
    return lab_error(fmt::format("somebody has begun a transaction on {} and not ended it", place.zone), place.knot(),
                     fmt::format("who began it ends it: {} (or zone-abort)", on_host("zone-commit")));
  if (status.frozen)
    return lab_error(fmt::format("{} is frozen: somebody is editing its file", place.zone), place.knot(),
                     fmt::format("when the edit is done: {}; then {}", on_host("zone-thaw"), on_host("zone-reload")));
  return {};
}

Result<void> ZonePortImpl::abandon_own_transaction(const Place& place) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto intent = host->get(kIntentFile);
  if (!intent || trim(*intent) != place.zone) return {};
  // A labctl that lives ends its transaction at once.
  const auto ended = wait_until(
      clock_, kTransaction, "the open transaction",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto status, servers_->status(place.host, place.zone));
        return !status.transaction_open;
      },
      stop_);
  if (ended) return {};
  if (ended.error().kind != ErrorKind::timeout) return std::unexpected(ended.error());
  LABCTL_ASSIGN(const auto aborted, host->run({.argv = {"knotc", "zone-abort", place.zone}}));
  if (aborted.exit_status != 0)
    return lab_error(
        fmt::format("can't give up the transaction that labctl left open: {}", printable(trim(aborted.err))),
        place.knot());
  return {};
}

Result<void> ZonePortImpl::commit(const Place& place, const dns::ZoneEdit& edit) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto declare = [&](std::string content) {
    const std::array files{host::File{.path = kIntentFile, .content = std::move(content)}};
    return host->put(files);
  };
  LABCTL_TRY(declare(place.zone + "\n"));
  auto applied = servers_->apply(place.host, edit);
  // Without an answer nobody knows whether the transaction is still open: it stays known as labctl's own.
  if (!applied && applied.error().kind == ErrorKind::timeout) return applied;
  LABCTL_TRY(declare("none\n"));
  return applied;
}

Result<std::string> ZonePortImpl::unloaded_edit(const Place& place) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  LABCTL_ASSIGN(const auto text, host->get(place.file));
  LABCTL_ASSIGN(auto loaded, servers_->read(place.host, place.zone));
  LABCTL_ASSIGN(auto records, dns::parse_zone_text(text, place.zone, place.file));
  return dns::difference(std::move(loaded), std::move(records));
}

Result<void> ZonePortImpl::require_reloaded(const Place& place) {
  Result<std::string> edit;
  const auto same = wait_until(
      clock_, kReload, "the zone file to be loaded",
      [&]() -> Result<bool> {
        edit = unloaded_edit(place);
        // A file that somebody is just writing may be cut short: looked at again.
        if (!edit && edit.error().kind != ErrorKind::usage) return std::unexpected(edit.error());
        return edit && edit->empty();
      },
      stop_);
  if (same || same.error().kind != ErrorKind::timeout) return same;
  const std::string file = fmt::format("{}:{}", place.host, place.file);
  const std::string reload = fmt::format("labctl exec {} -- knotc zone-reload {}", place.host, place.zone);
  if (!edit)
    return lab_error(
        fmt::format("the zone file was edited by hand and is broken, so that an edit by labctl would overwrite it: {}",
                    render(edit.error())),
        file, fmt::format("mend that line, then load the file: {}", reload));
  return lab_error(
      fmt::format(
          "the zone file was edited by hand and not reloaded since, so that an edit by labctl would overwrite it:\n{}",
          printable(trim(*edit))),
      file, fmt::format("load it first: {}", reload));
}

Result<evidence::RecordsSeen> ZonePortImpl::await_authority(const Place& place, const dns::ZoneEdit& edit,
                                                            const Questions& questions, std::uint32_t serial_before) {
  evidence::RecordsSeen seen;
  auto waited = wait_until(
      clock_, kAuthority, fmt::format("{} to serve the edit of {}", place.host, place.zone),
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(seen, look(place.host, place, questions));
        // A new serial alone proves nothing, nor does an old one disprove: the records count.
        return shows(seen.answers, edit) && dns::serial_is_newer(seen.serial, serial_before);
      },
      stop_);
  if (!waited) return std::unexpected(waited.error().at(place.knot()));
  return seen;
}

Result<evidence::RecordsSeen> ZonePortImpl::await_resolver(const Place& place, const dns::ZoneEdit& edit,
                                                           const Questions& questions,
                                                           const evidence::RecordsSeen& authority) {
  const auto* resolver = topology_.with_role(topology::Role::resolver);
  if (resolver == nullptr) return lab_error("no host of the lab is a resolver");
  evidence::RecordsSeen seen;
  auto waited = wait_until(
      clock_, kResolver, fmt::format("the resolver to answer with the records of {}", place.zone),
      [&]() -> Result<bool> {
        // Again each time: an answer that was under way at the last flush may have come into the cache after it.
        LABCTL_TRY(servers_->flush(resolver->name, place.zone));
        LABCTL_ASSIGN(seen, look(resolver->name, place, questions));
        return edit.empty() ? same_records(seen, authority) : shows(seen.answers, edit);
      },
      stop_);
  if (!waited) return std::unexpected(waited.error().at(resolver->name + ": unbound"));
  return seen;
}

}  // namespace labctl::lab
