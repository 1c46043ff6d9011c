#include "labctl/lab/zone_file_guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::lab {
namespace {

/// "ZONE.zone.Ab12Cd": what Knot writes before it puts it in the file's place.
bool is_name_of_a_flush(const std::string& name, const ZonePlace& place) {
  const std::string leaf = place.file.substr(place.file.rfind('/') + 1);
  return name.size() == leaf.size() + 7 && name.starts_with(leaf + ".");
}

}  // namespace

Result<ZoneFileGuard> ZoneFileGuard::begin(Hosts& hosts, const ZoneDesk& desk, ZonePlace place) {
  LABCTL_ASSIGN(auto* const host, hosts.find(place.host));
  LABCTL_ASSIGN(auto watch, host->watch(place.file));
  LABCTL_ASSIGN(const auto linked, host->run({.argv = {"ln", "-f", "--", place.file, place.kept_file()}}));
  if (linked.exit_status != 0)
    return lab_error(fmt::format("can't keep the zone file: {}", printable(trim(linked.err))), place.knot());
  return ZoneFileGuard(*host, desk, std::move(place), std::move(watch));
}

Result<bool> ZoneFileGuard::holds(const std::string& text) {
  LABCTL_ASSIGN(const auto now, host_->get(place_.file));
  text_ = text;
  return now == text;
}

Result<bool> ZoneFileGuard::is_flushed() {
  LABCTL_ASSIGN(const auto loaded, desk_->loaded(place_));
  LABCTL_ASSIGN(const auto stood, watch_->stood());
  // The last one may have been put there by somebody since.
  return std::ranges::any_of(
      stood, [&](const host::StoodFile& one) { return one.content && desk_->is_same(place_, loaded, *one.content); });
}

Result<void> ZoneFileGuard::require_nothing_overwritten(const std::vector<dns::Record>& before) {
  LABCTL_ASSIGN(const auto loaded, desk_->loaded(place_));
  LABCTL_ASSIGN(const auto stood, watch_->stood());
  // knotd has a user of its own, and who edits on a host is root. A flush of Knot's may be of an earlier moment: the
  // zone may have been changed by control again since.
  const auto is_of_knot = [&](const host::StoodFile& one) {
    return (is_name_of_a_flush(one.from, place_) && !one.is_roots) ||
           (one.content && desk_->is_same(place_, loaded, *one.content));
  };
  for (std::size_t i = 1; i < stood.size(); ++i) {
    const auto& overwritten = stood[i - 1];
    if (!is_of_knot(stood[i]) || is_of_knot(overwritten) || overwritten.content == text_) continue;
    // One of Knot's own, or of somebody who wrote the records that it had.
    if (i > 1 && overwritten.content && desk_->is_same(place_, before, *overwritten.content)) continue;
    return told(overwritten, before);
  }
  return {};
}

std::unexpected<Error> ZoneFileGuard::told(const host::StoodFile& overwritten, const std::vector<dns::Record>& before) {
  const std::string where = fmt::format("{}:{}", place_.host, place_.file);
  const std::string bring_in =
      fmt::format("bring it in: labctl zone set {} ..., or edit the zone file again", place_.zone);
  std::string what =
      "somebody wrote the zone file while labctl changed the zone. labctl's edit is served; what was written ";
  if (!overwritten.content) return lab_error(what + "was gone before it could be kept", where, bring_in);
  const auto kept = desk_->set_aside(place_, "by-hand", *overwritten.content);
  if (!kept) return std::unexpected(kept.error());
  const auto difference = desk_->difference(place_, before, *overwritten.content);
  const auto lines = difference ? trim(*difference) : std::string_view(difference.error().message);
  what += fmt::format("is kept in {}{}{}", *kept, lines.empty() ? "" : ":\n", printable(lines));
  return lab_error(what, where, bring_in);
}

}  // namespace labctl::lab
