#include "labctl/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "labctl/report/columns.h"
#include "labctl/report/day_table.h"
#include "labctl/report/renderers.h"

namespace labctl::report {
namespace {

using scenario::Outcome;

std::string_view colour_of(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> kColours{"\x1b[32m", "\x1b[31m", "\x1b[35m", "\x1b[2m"};
  return kColours[static_cast<std::size_t>(outcome)];
}

std::string padded(std::string_view text, std::size_t width) {
  const auto own = display_width(text);
  return std::string(text) + std::string(own < width ? width - own : 0, ' ');
}

std::string coloured(std::string_view text, Outcome outcome, const Options& options) {
  return options.colour ? fmt::format("{}{}\x1b[0m", colour_of(outcome), text) : std::string(text);
}

std::string without_trailing_blanks(const std::string& line) { return line.substr(0, line.find_last_not_of(' ') + 1); }

constexpr std::size_t kMostColumns = 60;

/// Lessons that went round the participants: a column each would be no table that a person can read.
std::string class_counts(const scenario::RunVerdict& run) {
  std::string text;
  for (const auto& participant : run.participants) {
    const auto passed = std::ranges::count(participant.steps, Outcome::pass, &scenario::StepVerdict::outcome);
    text += fmt::format("{}  {} of {} steps ok\n", participant.participant, passed, participant.steps.size());
  }
  return text;
}

std::string class_table(const scenario::RunVerdict& run, const Options& options) {
  const auto columns = columns_of(run);
  if (columns.size() > kMostColumns) return class_counts(run);
  std::size_t first = 4;
  for (const auto& participant : run.participants) first = std::max(first, display_width(participant.participant));
  std::string row(first, ' ');
  std::vector<std::size_t> widths;
  for (const auto& column : columns) {
    widths.push_back(std::max<std::size_t>(4, display_width(column.label)));
    row += "  " + padded(column.label, widths.back());
  }
  std::string table = without_trailing_blanks(row) + "\n";
  for (const auto& participant : run.participants) {
    row = padded(participant.participant, first);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto* step = step_in(participant, columns[i]);
      const std::string_view mark = step != nullptr ? mark_of(step->outcome) : "";
      row +=
          "  " + (step != nullptr ? coloured(mark, step->outcome, options) : "") + padded("", widths[i] - mark.size());
    }
    table += without_trailing_blanks(row) + "\n";
  }
  return table;
}

/// A text of several lines, each below the first one's start.
std::string indented(std::string_view text, std::size_t columns) {
  std::string result;
  for (const auto& line : lines_of(printable(text)))
    result += (result.empty() ? "" : "\n" + std::string(columns, ' ')) + line;
  return result;
}

std::string story(const scenario::ParticipantVerdict& participant, const scenario::StepVerdict& step,
                  const Options& options) {
  const bool ja = options.language == Language::ja;
  std::string text = fmt::format("\n{} {} {}  {}\n", coloured(mark_of(step.outcome), step.outcome, options),
                                 participant.participant, step.step, step.title.in(options.language));
  const auto line = [&](const char* en, const char* japanese, std::string_view value) {
    if (!value.empty()) text += fmt::format("    {} {}\n", padded(ja ? japanese : en, 9), indented(value, 14));
  };
  for (const auto& expectation : step.expectations) {
    if (expectation.outcome == Outcome::pass) continue;
    text += fmt::format("  {} {}\n", coloured(mark_of(expectation.outcome), expectation.outcome, options),
                        printable(expectation.that));
    line("expected:", "期待:", expectation.expected);
    line("actual:", "実際:", expectation.actual);
    line("why:", "理由:", expectation.why.in(options.language));
    line("look:", "見る所:", expectation.look);
  }
  return text;
}

/// Where a day's mail ended, of every step that played one.
std::string days(const scenario::RunVerdict& run, const Options& options) {
  std::string text;
  for (const auto& participant : run.participants)
    for (const auto& step : participant.steps)
      if (!step.day.empty())
        text += fmt::format("\n{} {}  {}\n{}", participant.participant, step.step, step.title.in(options.language),
                            day_text(step.day, options.language));
  return text;
}

}  // namespace

std::string render_text(const scenario::RunVerdict& run, const Options& options) {
  std::string text = class_table(run, options) + days(run, options);
  std::array<std::size_t, 4> counts{};
  for (const auto& participant : run.participants)
    for (const auto& step : participant.steps) {
      ++counts[static_cast<std::size_t>(step.outcome)];
      // What an interrupted run did not come to is told by its mark and the count.
      const bool untold = step.outcome == Outcome::pass || (run.interrupted && step.outcome == Outcome::skip);
      if (!untold) text += story(participant, step, options);
    }
  text += fmt::format("\n{}{}: {} pass, {} fail, {} error, {} skip", run.interrupted ? "interrupted; " : "",
                      coloured(name_of(run.outcome), run.outcome, options), counts[0], counts[1], counts[2], counts[3]);
  if (!run.run_dir.empty())
    text += fmt::format("; {} {}", options.language == Language::ja ? "証跡:" : "evidence:", run.run_dir);
  return text + "\n";
}

}  // namespace labctl::report
