#include "labctl/report/day_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/scenario/day_count.h"
#include "labctl/scenario/expectations/fate.h"

namespace labctl::report {
namespace {

using scenario::FlowCount;

std::size_t number_at(const FlowCount& count, std::string_view place) {
  const auto found = count.places.find(std::string(place));
  return found == count.places.end() ? 0 : found->second;
}

/// "newsletter 20, forwarded 30"
std::string by_kind(const std::vector<FlowCount>& day, Language language, bool refused) {
  std::vector<std::string> words;
  for (const auto& count : day) {
    const auto number = refused ? number_at(count, "rejected") : count.dmarc_fails;
    if (!count.spoofed && number > 0) words.push_back(fmt::format("{} {}", count.title.in(language), number));
  }
  return join(words, language == Language::ja ? "、" : ", ");
}

std::string lost_of(const std::vector<FlowCount>& day, const FlowCount& legitimate, Language language) {
  const bool ja = language == Language::ja;
  const auto refused = number_at(legitimate, "rejected");
  if (refused > 0)
    return fmt::format(
        fmt::runtime(ja ? "失われた正規メール: {}通中{}通 ({})" : "legitimate mail lost: {1} of {0} ({2})"),
        legitimate.sent, refused, by_kind(day, language, true));
  return fmt::format(fmt::runtime(ja ? "p=rejectなら失われる正規メール: {}通中{}通 ({})"
                                     : "legitimate mail that p=reject would lose: {1} of {0} ({2})"),
                     legitimate.sent, legitimate.dmarc_fails,
                     legitimate.dmarc_fails > 0 ? by_kind(day, language, false) : std::string("-"));
}

std::string right(std::string_view text, std::size_t width) {
  const auto own = display_width(text);
  return std::string(own < width ? width - own : 0, ' ') + std::string(text);
}

}  // namespace

DayTable day_table_of(const std::vector<FlowCount>& day, Language language) {
  DayTable table;
  const std::array sums{scenario::sum_of(day, false), scenario::sum_of(day, true)};
  // What else became of mail is a column where there is any; the first three always are.
  std::vector<std::pair<std::string, std::string>> columns;
  const auto kinds = scenario::fate_kinds();
  for (const auto& kind : kinds)
    if (columns.size() < 3 || number_at(sums[0], kind.name) + number_at(sums[1], kind.name) > 0)
      columns.emplace_back(kind.name, kind.heading.in(language));
  for (const auto& sum : sums)
    for (const auto& [place, count] : sum.places)
      if (std::ranges::find(columns, place, &std::pair<std::string, std::string>::first) == columns.end() &&
          std::ranges::find(kinds, place, &scenario::FateKind::name) == kinds.end())
        columns.emplace_back(place, place);
  table.head = {"", language == Language::ja ? "通数" : "sent"};
  for (const auto& [place, title] : columns) table.head.push_back(title);
  table.head.emplace_back("dmarc=fail");
  const auto add = [&](const FlowCount& count, bool sum) {
    auto& line = table.lines.emplace_back();
    line.sum = sum;
    line.name = count.title.in(language);
    line.cells.push_back(std::to_string(count.sent));
    for (const auto& [place, title] : columns) line.cells.push_back(std::to_string(number_at(count, place)));
    line.cells.push_back(std::to_string(count.dmarc_fails));
  };
  for (const auto& sum : sums) {
    add(sum, true);
    for (const auto& count : day)
      if (count.spoofed == sum.spoofed) add(count, false);
  }
  table.lost = lost_of(day, sums[0], language);
  return table;
}

std::string day_text(const std::vector<FlowCount>& day, Language language) {
  const auto table = day_table_of(day, language);
  std::size_t first = 0;
  std::vector<std::size_t> widths;
  for (const auto& title : table.head) widths.push_back(std::max<std::size_t>(5, display_width(title)));
  for (const auto& line : table.lines) first = std::max(first, display_width(line.name) + (line.sum ? 0 : 2));
  std::string text = std::string(first + 2, ' ');
  for (std::size_t i = 1; i < table.head.size(); ++i) text += "  " + right(table.head[i], widths[i]);
  text += "\n";
  for (const auto& line : table.lines) {
    const std::string name = (line.sum ? "" : "  ") + line.name;
    text += "  " + name + std::string(first - display_width(name), ' ');
    for (std::size_t i = 0; i < line.cells.size(); ++i) text += "  " + right(line.cells[i], widths[i + 1]);
    text += "\n";
  }
  return text + "  " + table.lost + "\n";
}

}  // namespace labctl::report
