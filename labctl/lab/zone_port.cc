#include "labctl/lab/zone_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/serial.h"
#include "labctl/dns/signing.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/dns/zone_text.h"
#include "labctl/lab/transition.h"

namespace labctl::lab {
namespace {

constexpr Patience kAuthority{.total = Milliseconds{5000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
constexpr Patience kResolver{.total = Milliseconds{8000}, .first = Milliseconds{1}, .longest = Milliseconds{50}};
// A reload without -b returns before the file is loaded; a commit's flush to the file comes after the answer.
constexpr Patience kReload{.total = Milliseconds{1000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
constexpr Patience kFlush{.total = Milliseconds{5000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};
constexpr Milliseconds kLongestCached{600'000};
/// How often the file may be written anew between being compared and being guarded.
constexpr int kGuardTries = 5;
/// Record sets that an edit without changes is checked by: a participant's zone whole, a large parent zone's first.
constexpr std::size_t kMostQuestions = 60;

std::vector<std::pair<std::string, std::string>> sets_of(const std::vector<dns::Record>& records) {
  std::set<std::pair<std::string, std::string>> sets;
  for (const auto& record : records)
    if (record.type != "SOA") sets.emplace(record.owner, record.type);
  return {sets.begin(), sets.end()};
}

/// Only what the zone's authority answers itself: not what lies at or below a delegation (RFC 1034 section 4.2.1), but
/// for the delegation's DS (RFC 4035 section 3.1.4.1).
void drop_delegated(std::vector<dns::Record>& records, const std::vector<dns::Record>& zone_content,
                    const std::string& apex) {
  std::vector<std::string> cuts;
  for (const auto& record : zone_content)
    if (record.type == "NS" && record.owner != apex) cuts.push_back(record.owner);
  std::erase_if(records, [&](const dns::Record& record) {
    return std::ranges::any_of(cuts, [&](const std::string& cut) {
      return (record.owner == cut && record.type != "DS") || record.owner.ends_with("." + cut);
    });
  });
}

/// Errors: `usage` for a record that knotd makes itself of a zone that it signs; it would drop it without a word.
Result<void> require_no_signing(const ZonePlace& place, const dns::ZoneEdit& edit) {
  if (!place.is_signed) return {};
  for (const auto* records : {&edit.remove, &edit.add}) {
    auto left = *records;
    dns::drop_signing_records(left, place.zone);
    for (const auto& record : *records)
      if (std::ranges::find(left, record) == left.end())
        return usage_error(fmt::format("{} of {} is made by knotd, which signs the zone", record.type, record.owner),
                           place.knot(), "edit the other records: knotd signs them again by itself");
  }
  return {};
}

/// What a wildcard of the zone answers in place of a record that went, with the same data: no answer tells that it went
/// (RFC 4592 section 2.2).
void drop_synthesized(std::vector<dns::Record>& removed, const std::vector<dns::Record>& zone_content) {
  std::erase_if(removed, [&](const dns::Record& record) {
    return std::ranges::any_of(zone_content, [&](const dns::Record& wildcard) {
      return wildcard.owner.starts_with("*.") && wildcard.type == record.type && wildcard.rdata == record.rdata &&
             record.owner != wildcard.owner && record.owner.ends_with(wildcard.owner.substr(1));
    });
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
  const std::scoped_lock mutex(mutex_of(place.zone));
  const std::string apex = place.apex();
  if (wanted.empty()) {
    evidence::ZoneEdited edited{.zone = place.zone};
    LABCTL_ASSIGN(auto records, servers_->read(place.host, place.zone));
    drop_delegated(records, std::vector<dns::Record>(records), apex);
    auto questions = sets_of(records);
    if (questions.size() > kMostQuestions) questions.resize(kMostQuestions);
    LABCTL_ASSIGN(edited.authority, look(place.host, place, questions));
    edited.serial_before = edited.serial_after = edited.authority.serial;
    LABCTL_ASSIGN(edited.resolver, await_resolver(place, wanted, questions, edited.authority));
    return edited;
  }
  LABCTL_TRY(require_no_signing(place, wanted));
  LABCTL_ASSIGN(const auto lock, desk_.lock(place));
  LABCTL_TRY(require_editable(place));
  LABCTL_TRY(desk_.settle_pending(place));
  LABCTL_ASSIGN(auto file, guard_file(place));
  reached("zone.checked");
  LABCTL_ASSIGN(const auto before, servers_->read(place.host, place.zone));
  auto edit = dns::written_out(wanted, before);
  edit.zone = place.zone;
  // Written for another state of the zone: refused here, with the record's name, rather than in the transaction.
  if (auto after = dns::applied(before, edit); !after) return std::unexpected(std::move(after).error());
  evidence::ZoneEdited edited{.zone = place.zone};
  LABCTL_ASSIGN(edited.serial_before, servers_->serial(place.host, place.zone));
  // Knot counts the serial up, except where the SOA itself is changed.
  for (auto& record : edit.add)
    if (record.type == "SOA")
      record = dns::soa_with_serial(
          record, dns::next_serial(edited.serial_before, std::chrono::floor<std::chrono::days>(clock_.wall())));
  edited.diff = dns::to_diff(edit);
  if (edit.empty()) return lab_error("the edit changes nothing of the zone as it is now", place.knot());
  at_stage("zone.looked");
  LABCTL_TRY(commit(place, edit, edited.serial_before));
  at_stage("zone.committed");

  LABCTL_ASSIGN(const auto content, servers_->read(place.host, place.zone));
  dns::ZoneEdit seen = edit;
  drop_delegated(seen.remove, content, apex);
  drop_delegated(seen.add, content, apex);
  drop_synthesized(seen.remove, content);
  std::vector<dns::Record> changed = seen.remove;
  changed.insert(changed.end(), seen.add.begin(), seen.add.end());
  auto questions = sets_of(changed);
  if (std::ranges::find(changed, "SOA", &dns::Record::type) != changed.end()) questions.emplace_back(apex, "SOA");
  LABCTL_ASSIGN(edited.authority, await_authority(place, seen, questions, edited.serial_before));
  edited.serial_after = edited.authority.serial;
  LABCTL_TRY(desk_.history().finish(place.zone, edited.serial_after, false));
  reached("zone.served");
  LABCTL_TRY(await_flush(place, file));
  LABCTL_TRY(file.require_nothing_overwritten(before));
  reached("zone.flushed");
  LABCTL_ASSIGN(edited.resolver, await_resolver(place, seen, questions, edited.authority));
  return edited;
}

Result<void> ZonePortImpl::require_editable(const Place& place) {
  LABCTL_ASSIGN(auto status, servers_->status(place.host, place.zone));
  if (status.transaction_open) {
    LABCTL_ASSIGN(const bool is_own, desk_.transaction_is_own(place));
    if (is_own) {
      LABCTL_TRY(desk_.abort_transaction(place));
      LABCTL_ASSIGN(status, servers_->status(place.host, place.zone));
    }
  }
  const auto repair = fmt::format("labctl zone repair {} tells more", place.zone);
  if (status.transaction_open)
    return lab_error(fmt::format("somebody has begun a transaction on {} and not ended it", place.zone), place.knot(),
                     fmt::format("who began it ends it: {} (or zone-abort); {}", place.on_host("zone-commit"), repair));
  if (status.frozen)
    return lab_error(fmt::format("{} is frozen: somebody is editing its file", place.zone), place.knot(),
                     fmt::format("when the edit is done: {}; then {}; {}", place.on_host("zone-thaw"),
                                 place.on_host("zone-reload"), repair));
  return {};
}

Result<void> ZonePortImpl::commit(const Place& place, const dns::ZoneEdit& edit, std::uint32_t serial_before) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto declare = [&](std::string content) {
    const std::array files{host::File{.path = kIntentFile, .content = std::move(content)}};
    return host->put(files);
  };
  LABCTL_TRY(desk_.history().begin({.at = rfc3339(clock_.wall()), .serial_before = serial_before, .edit = edit}));
  reached("zone.pending");
  LABCTL_TRY(declare(place.zone + "\n"));
  reached("zone.declared");
  auto applied = servers_->apply(place.host, edit);
  // Without an answer nobody knows whether the transaction is still open: it stays known as labctl's own.
  if (!applied && applied.error().kind == ErrorKind::timeout) return applied;
  reached("zone.committed");
  LABCTL_TRY(declare("none\n"));
  reached("zone.undeclared");
  if (applied) return {};
  // The connection may have broken behind the commit.
  LABCTL_TRY(desk_.settle_pending(place));
  return applied;
}

Result<void> ZonePortImpl::await_flush(const Place& place, ZoneFileGuard& file) {
  // The next edit compares the file with the zone, and the participant reads the file.
  auto flushed = wait_until(
      clock_, kFlush, fmt::format("{} to show the edit", place.file), [&] { return file.is_flushed(); }, stop_);
  if (!flushed) return std::unexpected(flushed.error().at(place.knot()));
  return {};
}

Result<std::string> ZonePortImpl::require_reloaded(const Place& place) {
  ZoneFile file;
  const auto same = wait_until(
      clock_, kReload, "the zone file to be loaded",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(file, desk_.file_of(place));
        // A file that somebody is just writing may be cut short: looked at again.
        return file.difference && file.difference->empty();
      },
      stop_);
  if (same) return file.text;
  if (same.error().kind != ErrorKind::timeout) return std::unexpected(same.error());
  const std::string where = fmt::format("{}:{}", place.host, place.file);
  const std::string reload = place.on_host("zone-reload");
  const std::string repair = fmt::format("labctl zone repair {}", place.zone);
  if (!file.difference)
    return lab_error(
        fmt::format("the zone file was edited by hand and is broken, so that an edit by labctl would overwrite it: {}",
                    render(file.difference.error())),
        where, fmt::format("mend that line, then load the file: {}; or {}", reload, repair));
  return lab_error(
      fmt::format(
          "the zone file was edited by hand and not reloaded since, so that an edit by labctl would overwrite it:\n{}",
          printable(trim(*file.difference))),
      where, fmt::format("load it first: {}; or {}", reload, repair));
}

Result<ZoneFileGuard> ZonePortImpl::guard_file(const Place& place) {
  for (int i = 0; i < kGuardTries; ++i) {
    LABCTL_ASSIGN(const auto text, require_reloaded(place));
    LABCTL_ASSIGN(auto guard, ZoneFileGuard::begin(hosts_, desk_, place));
    LABCTL_ASSIGN(const bool holds, guard.holds(text));
    if (holds) return guard;
  }
  return lab_error("the zone file is being written again and again", fmt::format("{}:{}", place.host, place.file),
                   "try again when it is not");
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
  // What it says is the lesson, and nothing to judge the edit by; asking would bring records into its cache.
  if (edit.cached == dns::CachedRecords::left)
    return evidence::RecordsSeen{.server = resolver->name, .zone = place.zone, .answers = {}};
  Patience patience = kResolver;
  if (edit.cached == dns::CachedRecords::awaited) {
    // What may be in the cache lives as long as it has a TTL, negative answers too; in a lesson that is seconds.
    patience = {.total = kLongestCached, .first = Milliseconds{100}, .longest = Milliseconds{1000}};
  }
  auto waited = wait_until(
      clock_, patience, fmt::format("the resolver to answer with the records of {}", place.zone),
      [&]() -> Result<bool> {
        // Again each time: an answer that was under way at the last flush may have come into the cache after it.
        if (edit.cached == dns::CachedRecords::flushed) LABCTL_TRY(servers_->flush(resolver->name, place.zone));
        LABCTL_ASSIGN(seen, look(resolver->name, place, questions));
        return edit.empty() ? same_records(seen, authority) : shows(seen.answers, edit);
      },
      stop_);
  if (!waited) return std::unexpected(waited.error().at(resolver->name + ": unbound"));
  return seen;
}

}  // namespace labctl::lab
