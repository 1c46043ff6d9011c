#include "labctl/lab/zone_condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace labctl::lab {
namespace {

struct TroubleRow {
  ZoneTroubleKind kind;
  const char* id;
  bool in_file;  ///< its place is the file, not the daemon
  const char* what_ja;
  const char* what_en;
  const char* advice_ja;
  const char* advice_en;
};

constexpr std::array kTroubles{
    TroubleRow{ZoneTroubleKind::knot_down, "knot.down", false, "knotd が動いていません。{detail}",
               "knotd does not run. {detail}",
               "labctl zone repair が起動します。原因は labctl logs {host} knot.service で見ます。",
               "labctl zone repair starts it; labctl logs {host} knot.service tells why it ended"},
    TroubleRow{
        ZoneTroubleKind::knot_wedged, "knot.wedged", false,
        "knotd は動いていますが、制御ソケットが応答しません。トランザクションが開いている間に knotc -b zone-reload "
        "をすると、Knot 3.2 はこうなり、元に戻りません。{detail}",
        "knotd runs, and its control socket answers nobody. Knot 3.2 comes to this for good by knotc -b "
        "zone-reload while a transaction is open. {detail}",
        "SIGKILL でしか止まりません。labctl zone repair "
        "が止めて起動し直します。開いていたトランザクションは失われます。",
        "only SIGKILL ends it: labctl zone repair does, and starts it again; the open transaction is lost"},
    TroubleRow{ZoneTroubleKind::own_transaction, "zone.own-transaction", false,
               "途中で止められた labctl のトランザクションが開いたままです。",
               "a transaction is open which a labctl left that was ended in its midst",
               "labctl の次の編集か labctl zone repair が取り消します。",
               "the next edit by labctl gives it up, and so does labctl zone repair"},
    TroubleRow{
        ZoneTroubleKind::transaction, "zone.transaction", false,
        "誰かが knotc zone-begin をして、まだ終えていません。その変更:\n{detail}",
        "somebody typed knotc zone-begin and has not ended it. What it would change:\n{detail}",
        "始めた人が knotc zone-commit {zone} か knotc zone-abort {zone} をします。代わりに終えるには labctl zone "
        "repair {zone} --transaction commit か abort。",
        "who began it types knotc zone-commit {zone} or knotc zone-abort {zone}; in their place: labctl zone "
        "repair {zone} --transaction commit (or abort)"},
    TroubleRow{
        ZoneTroubleKind::frozen, "zone.frozen", false,
        "ゾーンが凍結されています(knotc zone-freeze)。ファイルを編集中の人がいるはずです。",
        "the zone is frozen (knotc zone-freeze): somebody should be editing its file",
        "編集が済んだら knotc zone-reload {zone}、knotc zone-thaw {zone}。手引きの順(thaw してから "
        "reload)でも構いません。",
        "when the edit is done: knotc zone-reload {zone}, then knotc zone-thaw {zone}; the handout's order, thaw "
        "before reload, does it too"},
    TroubleRow{ZoneTroubleKind::not_loaded, "zone.not-loaded", false,
               "knotd はこのゾーンを読み込めておらず、何も答えません。",
               "knotd has not loaded the zone, and answers nothing of it",
               "ファイルを直してから knotc zone-reload {zone}。", "mend the file, then knotc zone-reload {zone}"},
    TroubleRow{ZoneTroubleKind::file_empty, "zone.file-empty", true,
               "ゾーンファイルが空です。ディスクが一杯のときに knotd が書き出すとこうなります。",
               "the zone file is empty: so knotd leaves it when the disk is full as it writes the zone",
               "場所を空けてから labctl zone repair {zone}。knotd が持つゾーンを書き出すか、labctl "
               "が最後に見たファイルを戻します。",
               "make room on the disk, then labctl zone repair {zone}: it has knotd write the zone that it serves, or "
               "puts the file back that labctl saw last"},
    TroubleRow{ZoneTroubleKind::file_gone, "zone.file-gone", true, "ゾーンファイルがありません: {detail}",
               "there is no zone file: {detail}",
               "labctl zone repair {zone}。knotd が持つゾーンを書き出すか、labctl が最後に見たファイルを戻します。",
               "labctl zone repair {zone}: it has knotd write the zone that it serves, or puts the file back that "
               "labctl saw last"},
    TroubleRow{
        ZoneTroubleKind::file_broken, "zone.syntax", true, "ゾーンファイルを読めません: {detail}",
        "the zone file can't be read: {detail}",
        "この行を「名前 TTL 型 データ」の形に直して knotc zone-reload {zone}。labctl zone repair "
        "はこの行をコメントにして読み込みます(元のファイルは残します)。",
        "write the line as OWNER TTL TYPE DATA, then knotc zone-reload {zone}; labctl zone repair makes a comment "
        "of the line and loads the rest, and keeps the file as it was beside it"},
    TroubleRow{ZoneTroubleKind::file_ahead, "zone.file-ahead", true,
               "ファイルは手で編集されていますが、まだ読み込まれていません:\n{detail}",
               "the file was edited by hand and is not loaded yet:\n{detail}",
               "knotc zone-reload {zone}。読み込まないうちに labctl が変更すると消えるので、labctl は断ります。",
               "knotc zone-reload {zone}; an edit by labctl would overwrite it, which is why labctl refuses one"},
    TroubleRow{ZoneTroubleKind::serial_back, "zone.serial-back", true,
               "ファイルのシリアルが今のゾーンより古いため、knotd は読み込みません: {detail}",
               "the serial in the file is older than that of the zone, so knotd refuses to load it: {detail}",
               "SOA のシリアルを今の値より大きくします(RFC 1982)。labctl zone repair が書き換えます。",
               "make the SOA's serial greater than it is now (RFC 1982); labctl zone repair writes it"},
    TroubleRow{ZoneTroubleKind::serial_unchanged, "zone.serial-unchanged", true,
               "ファイルは変わったのに SOA のシリアルが前のままです: {detail}",
               "the file has changed and its SOA's serial has not: {detail}",
               "シリアルを上げてから knotc zone-reload {zone}(この Knot は上げ忘れを自分で補います)。",
               "count it up, then knotc zone-reload {zone}; this Knot does it by itself when it loads the file"},
    TroubleRow{ZoneTroubleKind::pending, "zone.pending", false,
               "labctl の編集が途中で止められ、履歴にまだ結果がありません。",
               "labctl was ended in the midst of an edit, and the history does not say yet what became of it",
               "labctl の次の編集か labctl zone repair が確かめて履歴に書きます。",
               "the next edit by labctl, or labctl zone repair, looks and writes it down"},
};

std::string filled_text(const char* text, const ZonePlace& place, const std::string& detail) {
  std::string filled = text;
  for (const auto& [name, value] : {std::pair<std::string_view, const std::string&>{"{zone}", place.zone},
                                    {"{host}", place.host},
                                    {"{detail}", detail}})
    // Values last in the table may hold a placeholder's text and are not looked at again.
    for (std::size_t at = filled.find(name); at != std::string::npos; at = filled.find(name, at + value.size()))
      filled.replace(at, name.size(), value);
  while (filled.ends_with(' ') || filled.ends_with('\n')) filled.pop_back();
  return filled;
}

}  // namespace

bool ZoneCondition::has(ZoneTroubleKind kind) const {
  return std::ranges::find(troubles, kind, &ZoneTrouble::kind) != troubles.end();
}

ZoneTrouble trouble_of(ZoneTroubleKind kind, const ZonePlace& place, const std::string& detail) {
  const auto& row = *std::ranges::find(kTroubles, kind, &TroubleRow::kind);
  return {.kind = kind,
          .id = row.id,
          .place = row.in_file ? fmt::format("{}:{}", place.host, place.file) : place.knot(),
          .what = {.ja = filled_text(row.what_ja, place, detail), .en = filled_text(row.what_en, place, detail)},
          .advice = {.ja = filled_text(row.advice_ja, place, detail), .en = filled_text(row.advice_en, place, detail)}};
}

}  // namespace labctl::lab
