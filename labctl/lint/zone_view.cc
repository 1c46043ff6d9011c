#include "labctl/lint/zone_view.h"

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::lint {
namespace {

std::vector<evaluate::Zone> as_served(const std::vector<WrittenZone>& zones) {
  std::vector<evaluate::Zone> served;
  for (const auto& zone : zones) {
    evaluate::Zone copy{.apex = zone.apex, .records = {}};
    for (const auto& line : zone.lines)
      if (std::ranges::find(copy.records, line.record) == copy.records.end()) copy.records.push_back(line.record);
    served.push_back(std::move(copy));
  }
  return served;
}

}  // namespace

std::string_view name_of(Severity severity) {
  constexpr std::array kNames{"error", "warning", "notice"};
  return kNames[static_cast<std::size_t>(severity)];
}

ZoneView::ZoneView(std::vector<WrittenZone> zones) : zones_(std::move(zones)), resolver_(as_served(zones_)) {
  for (auto& zone : zones_)
    for (auto& line : zone.lines) {
      line.file = &zone.file;
      if (line.record.type == "TXT") line.text = dns::txt_content(line.record).value_or("");
    }
}

bool ZoneView::is_known(std::string_view name) const {
  for (const auto& zone : zones_) {
    const auto apex = evaluate::normal_name(zone.apex);
    if (!apex.empty() && !evaluate::is_at_or_below(name, apex)) continue;
    // What another name server answers for is not in this file.
    const bool delegated = std::ranges::any_of(zone.lines, [&](const Line& line) {
      return line.record.type == "NS" && line.record.owner != zone.apex &&
             evaluate::is_at_or_below(name, evaluate::normal_name(line.record.owner));
    });
    // A file of the root holds loose records: it does not say what else there is.
    if (!delegated && zone.apex != ".") return true;
  }
  return false;
}

std::vector<const Line*> ZoneView::find(std::string_view owner, std::string_view type) const {
  std::vector<const Line*> found;
  for (const auto& zone : zones_)
    for (const auto& line : zone.lines)
      if (line.record.owner == owner && line.record.type == type) found.push_back(&line);
  return found;
}

Finding finding_at(const Line& line, std::string id, Severity severity, std::string source, LocalText message,
                   LocalText advice) {
  return {.id = std::move(id),
          .severity = severity,
          .file = *line.file,
          .line = line.line,
          .owner = line.record.owner,
          .message = std::move(message),
          .advice = std::move(advice),
          .source = std::move(source)};
}

}  // namespace labctl::lint
