#include <fmt/format.h>

#include <algorithm>

#include "labctl/report/markup.h"
#include "labctl/report/renderers.h"

namespace labctl::report {
namespace {

using scenario::Outcome;

std::string body_of(const scenario::StepVerdict& step, Language language) {
  std::string text;
  for (const auto& expectation : step.expectations)
    if (expectation.outcome != Outcome::pass)
      text += fmt::format("{}: expected {}, actual {}\n{}\n{}\n", expectation.that, expectation.expected,
                          expectation.actual, expectation.why.in(language), expectation.look);
  return text;
}

std::string_view element_of(Outcome outcome) {
  return outcome == Outcome::fail ? "failure" : outcome == Outcome::error ? "error" : "skipped";
}

}  // namespace

std::string render_junit(const scenario::RunVerdict& run, const Options& options) {
  std::string xml =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"labctl {}\">\n", escaped(run.lab));
  for (const auto& participant : run.participants) {
    const auto count = [&](Outcome outcome) {
      return std::ranges::count(participant.steps, outcome, &scenario::StepVerdict::outcome);
    };
    double seconds = 0;
    for (const auto& step : participant.steps) seconds += step.seconds;
    xml += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
        escaped(participant.participant), participant.steps.size(), count(Outcome::fail), count(Outcome::error),
        count(Outcome::skip), seconds);
    for (const auto& step : participant.steps) {
      xml += fmt::format("    <testcase classname=\"{}.{}\" name=\"{} {}\" time=\"{:.3f}\"",
                         escaped(participant.participant), escaped(step.scenario), escaped(step.step),
                         escaped(step.title.in(options.language)), step.seconds);
      if (step.outcome == Outcome::pass) {
        xml += "/>\n";
        continue;
      }
      const std::string body = body_of(step, options.language);
      xml += fmt::format(">\n      <{0} message=\"{1}\">{2}</{0}>\n    </testcase>\n", element_of(step.outcome),
                         escaped(body.substr(0, body.find('\n'))), escaped(body));
    }
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace labctl::report
