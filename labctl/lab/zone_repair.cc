#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/serial.h"
#include "labctl/lab/zone_admin.h"
#include "labctl/lab/zone_salvage.h"

namespace labctl::lab {
namespace {

constexpr int kRepairRounds = 4;
constexpr Patience kRestart{.total = Milliseconds{15'000}, .first = Milliseconds{10}, .longest = Milliseconds{100}};
constexpr Patience kLoad{.total = Milliseconds{5000}, .first = Milliseconds{1}, .longest = Milliseconds{50}};

bool is_of_file(ZoneTroubleKind kind) {
  return kind == ZoneTroubleKind::file_broken || kind == ZoneTroubleKind::file_ahead ||
         kind == ZoneTroubleKind::serial_back || kind == ZoneTroubleKind::serial_unchanged;
}

}  // namespace

Result<std::vector<ZoneMended>> ZoneAdmin::repair(const std::string& zone, OthersTransaction others) {
  LABCTL_ASSIGN(const auto place, find(zone));
  LABCTL_ASSIGN(const auto lock, desk_.lock(place));
  std::vector<ZoneMended> done;
  // What is mended may show what lay behind it: a knotd that runs again tells of a broken file.
  for (int round = 0; round < kRepairRounds; ++round) {
    LABCTL_ASSIGN(auto condition, examine(zone));
    const auto before = done.size();
    // A frozen zone is thawed last: at that moment Knot may write the file.
    std::ranges::stable_partition(condition.troubles,
                                  [](const ZoneTrouble& one) { return one.kind != ZoneTroubleKind::frozen; });
    bool file_done = false;
    for (const auto& trouble : condition.troubles) {
      if (is_of_file(trouble.kind) && std::exchange(file_done, true)) continue;
      LABCTL_TRY(mend(condition, trouble, others, done));
      // What was seen of a zone whose knotd was away says nothing about the one that runs now.
      if (trouble.kind == ZoneTroubleKind::knot_down || trouble.kind == ZoneTroubleKind::knot_wedged) break;
    }
    if (done.size() == before) break;
  }
  return done;
}

Result<void> ZoneAdmin::mend(const ZoneCondition& condition, const ZoneTrouble& trouble, OthersTransaction others,
                             std::vector<ZoneMended>& done) {
  const auto& place = condition.place;
  const auto tell = [&](std::string ja, std::string en) {
    done.push_back({.kind = trouble.kind, .what = {.ja = std::move(ja), .en = std::move(en)}});
  };
  switch (trouble.kind) {
    case ZoneTroubleKind::knot_down:
      LABCTL_TRY(restart_knot(place, false));
      tell("knotd を起動しました。", "knotd was started");
      return {};
    case ZoneTroubleKind::knot_wedged:
      LABCTL_TRY(restart_knot(place, true));
      tell("応答しない knotd を SIGKILL で止め、起動し直しました。",
           "knotd, which answered nobody, was ended with SIGKILL and started again");
      return {};
    case ZoneTroubleKind::own_transaction:
      LABCTL_TRY(desk_.abort_transaction(place));
      tell("止められた labctl のトランザクションを取り消しました。",
           "the transaction that a killed labctl left was given up");
      return {};
    case ZoneTroubleKind::transaction:
      if (others == OthersTransaction::leave) return {};
      LABCTL_TRY(knotc(place, others == OthersTransaction::commit ? "zone-commit" : "zone-abort"));
      tell(fmt::format("開いていたトランザクションを{}しました。",
                       others == OthersTransaction::commit ? "確定" : "取り消"),
           fmt::format("the open transaction was {}", others == OthersTransaction::commit ? "committed" : "given up"));
      return {};
    case ZoneTroubleKind::pending:
      if (condition.has(ZoneTroubleKind::own_transaction) || !condition.loaded) return {};
      LABCTL_TRY(desk_.settle_pending(place));
      tell("途中で止められた編集の結果を確かめ、履歴に書きました。",
           "what became of the edit that was cut short was found out and written into the history");
      return {};
    case ZoneTroubleKind::frozen:
      // A file that is not loaded yet would be overwritten at the thaw, had somebody changed the zone by control.
      if (condition.has(ZoneTroubleKind::file_ahead) || condition.has(ZoneTroubleKind::file_broken)) return {};
      LABCTL_TRY(knotc(place, "zone-thaw"));
      tell("凍結を解きました。", "the zone was thawed");
      return {};
    case ZoneTroubleKind::file_empty:
      return mend_empty_file(condition, done);
    case ZoneTroubleKind::not_loaded:
      return {};  // the file's trouble is one of its own
    default:
      // A reload during an open transaction is what wedges knotd.
      if (condition.has(ZoneTroubleKind::transaction) || condition.has(ZoneTroubleKind::own_transaction)) return {};
      return mend_file(condition, done);
  }
}

Result<void> ZoneAdmin::mend_empty_file(const ZoneCondition& condition, std::vector<ZoneMended>& done) {
  const auto& place = condition.place;
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto tell = [&](std::string ja, std::string en) {
    done.push_back({.kind = ZoneTroubleKind::file_empty, .what = {.ja = std::move(ja), .en = std::move(en)}});
  };
  if (condition.loaded) {
    LABCTL_ASSIGN(const auto said, host->run({.argv = {"knotc", "-b", "-f", "zone-flush", place.zone}}));
    LABCTL_ASSIGN(const auto text, host->get(place.file));
    if (said.exit_status != 0 || trim(text).empty())
      return lab_error(fmt::format("knotd can't write {}: {}", place.file, printable(trim(said.err))), place.knot(),
                       fmt::format("is its disk full? labctl exec {} -- df /var", place.host));
    tell("knotd が持つゾーンをファイルに書き出しました。", "knotd has written the zone that it serves into the file");
    return {};
  }
  const auto kept = host->get(place.kept_file());
  if (!kept || !dns::serial_in(*kept))
    return lab_error(fmt::format("{} is empty, and no edit by labctl has kept what was in it", place.file),
                     place.knot(), fmt::format("labctl reset puts the participant back to the start"));
  const std::array files{
      host::File{.path = place.file, .content = *kept, .mode = 0660, .owner = "knot", .group = "knot"}};
  LABCTL_TRY(host->put(files));
  tell("labctl の最後の編集より前のファイルを戻しました。最後の編集は入っていません。",
       "the file is back as it was before labctl's last edit, which it has not");
  return mend_file(condition, done);
}

Result<void> ZoneAdmin::mend_file(const ZoneCondition& condition, std::vector<ZoneMended>& done) {
  const auto& place = condition.place;
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  LABCTL_ASSIGN(const auto text, host->get(place.file));
  LABCTL_ASSIGN(auto salvaged, salvage_zone(text, place.zone, place.file));
  const auto serial = dns::serial_in(salvaged.text);
  const auto today = std::chrono::floor<std::chrono::days>(clock_.wall());
  if (condition.loaded && serial && !dns::serial_is_newer(*serial, condition.serial)) {
    const auto next = dns::next_serial(condition.serial, today);
    if (auto bumped = dns::with_serial(salvaged.text, next)) {
      salvaged.text = *std::move(bumped);
      done.push_back({.kind = ZoneTroubleKind::serial_back,
                      .what = {.ja = fmt::format("SOA のシリアルを {} から {} にしました。", *serial, next),
                               .en = fmt::format("the SOA's serial was {} and is now {}", *serial, next)}});
    }
  }
  if (salvaged.text != text) {
    LABCTL_ASSIGN(const auto kept, desk_.set_aside(place, "before-repair", text));
    for (const auto& line : salvaged.commented_out)
      done.push_back({.kind = ZoneTroubleKind::file_broken,
                      .what = {.ja = fmt::format("読めない行をコメントにしました。{}", printable(line)),
                               .en = fmt::format("made a comment of what can't be read: {}", printable(line))}});
    done.push_back(
        {.kind = ZoneTroubleKind::file_broken,
         .what = {.ja = fmt::format("元のファイル: {}", kept), .en = fmt::format("the file as it was: {}", kept)}});
    // Somebody may be writing it at this moment.
    LABCTL_ASSIGN(const auto now, host->get(place.file));
    if (now != text)
      return lab_error("the zone file is being written", fmt::format("{}:{}", place.host, place.file), "try again");
    const std::array files{
        host::File{.path = place.file, .content = salvaged.text, .mode = 0660, .owner = "knot", .group = "knot"}};
    LABCTL_TRY(host->put(files));
  }
  LABCTL_TRY(knotc(place, "zone-reload"));
  const auto loaded = wait_until(
      clock_, kLoad, fmt::format("{} to load {}", place.host, place.file),
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto status, servers_->status(place.host, place.zone));
        if (!status.loaded) return false;
        LABCTL_ASSIGN(const auto file, desk_.file_of(place));
        return file.difference && file.difference->empty();
      },
      stop_);
  if (!loaded) return std::unexpected(loaded.error().at(place.knot()));
  done.push_back(
      {.kind = ZoneTroubleKind::file_ahead, .what = {.ja = "ファイルを読み込みました。", .en = "the file was loaded"}});
  return {};
}

Result<void> ZoneAdmin::restart_knot(const ZonePlace& place, bool kill) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  if (kill) LABCTL_TRY(host->run({.argv = {"systemctl", "kill", "--signal=KILL", "knot.service"}}));
  LABCTL_TRY(host->run({.argv = {"systemctl", "reset-failed", "knot.service"}}));
  LABCTL_ASSIGN(const auto started, host->run({.argv = {"systemctl", "restart", "knot.service"}}));
  if (started.exit_status != 0)
    return lab_error(fmt::format("knotd can't be started: {}", printable(trim(started.err))), place.knot(),
                     fmt::format("labctl logs {} knot.service", place.host));
  return wait_until(
      clock_, kRestart, fmt::format("{} to answer", place.knot()),
      [&]() -> Result<bool> { return servers_->status(place.host, place.zone).has_value(); }, stop_);
}

Result<void> ZoneAdmin::knotc(const ZonePlace& place, const std::string& command) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  LABCTL_ASSIGN(const auto said, host->run({.argv = {"knotc", command, place.zone}}));
  if (said.exit_status == 0) return {};
  return lab_error(fmt::format("knotc {} {}: {}", command, place.zone, printable(trim(said.err))), place.knot());
}

}  // namespace labctl::lab
