#include "labctl/base/json.h"

#include "labctl/base/text.h"
#include "labctl/report/renderers.h"

namespace labctl::report {

std::string render_json(const scenario::RunVerdict& run, const Options& options) {
  // Untrusted bytes are shown as \xNN: JSON is UTF-8 (RFC 8259 section 8.1).
  Json participants = Json::array();
  for (const auto& participant : run.participants) {
    Json steps = Json::array();
    for (const auto& step : participant.steps) {
      Json expectations = Json::array();
      for (const auto& expectation : step.expectations)
        expectations.push_back({{"that", printable(expectation.that)},
                                {"outcome", name_of(expectation.outcome)},
                                {"expected", printable(expectation.expected)},
                                {"actual", printable(expectation.actual)},
                                {"why", printable(expectation.why.in(options.language))},
                                {"look", printable(expectation.look)}});
      Json day = Json::array();
      for (const auto& count : step.day)
        day.push_back({{"kind", count.kind},
                       {"title", count.title.in(options.language)},
                       {"sort", count.spoofed ? "spoofed" : "legitimate"},
                       {"sent", count.sent},
                       {"places", count.places},
                       {"dmarc_fails", count.dmarc_fails}});
      steps.push_back({{"scenario", step.scenario},
                       {"step", step.step},
                       {"title", step.title.in(options.language)},
                       {"outcome", name_of(step.outcome)},
                       {"seconds", step.seconds},
                       {"expectations", std::move(expectations)}});
      if (!day.empty()) steps.back()["day"] = std::move(day);
    }
    participants.push_back({{"participant", participant.participant},
                            {"outcome", name_of(participant.outcome)},
                            {"steps", std::move(steps)}});
  }
  const Json json{{"lab", run.lab},
                  {"outcome", name_of(run.outcome)},
                  {"interrupted", run.interrupted},
                  {"run_dir", run.run_dir},
                  {"participants", std::move(participants)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace labctl::report
