#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/report/renderers.h"

namespace labctl::report {
namespace {

using scenario::Outcome;

std::string one_line(std::string_view text) { return join(lines_of(printable(text)), " "); }

/// TAP 14, "Escaping": a bare "#" would begin a directive, and "# SKIP" in a title undo a failure.
std::string description(std::string_view text) {
  std::string result;
  for (const char c : one_line(text)) {
    if (c == '#' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string render_tap(const scenario::RunVerdict& run, const Options& options) {
  std::size_t count = 0;
  for (const auto& participant : run.participants) count += participant.steps.size();
  std::string text = fmt::format("TAP version 13\n1..{}\n", count);
  std::size_t number = 0;
  for (const auto& participant : run.participants)
    for (const auto& step : participant.steps) {
      const bool good = step.outcome == Outcome::pass || step.outcome == Outcome::skip;
      text += fmt::format("{} {} - {} {} {}{}\n", good ? "ok" : "not ok", ++number, participant.participant, step.step,
                          description(step.title.in(options.language)), step.outcome == Outcome::skip ? " # SKIP" : "");
      for (const auto& expectation : step.expectations)
        if (expectation.outcome != Outcome::pass)
          text += fmt::format("# {} {}: expected {}, actual {}; {}\n", name_of(expectation.outcome),
                              one_line(expectation.that), one_line(expectation.expected), one_line(expectation.actual),
                              one_line(expectation.why.in(options.language)));
    }
  return text;
}

}  // namespace labctl::report
