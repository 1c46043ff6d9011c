#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "labctl/scenario/load.h"
#include "labctl/scenario/runner.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// A day of six messages under p=quarantine.
inline constexpr const char* kDayTable = R"(
title = "T"
teaches = ["RFC 7489 section 6.7"]
[each]
rcpt_to = "user-b@{zone}"
records = ['@ 20 TXT "v=spf1 ip4:{sender_address} -all"']
[[each.flows]]
kind = "own"
title = "O"
sort = "legitimate"
count = 4
from_host = "{sender}"
mail_from = "user-a@{zone}"
[[each.flows]]
kind = "forged"
title = "F"
sort = "spoofed"
count = 2
from_host = "{rogue}"
mail_from = "user-a@{zone}"
[[row]]
id = "a"
title = "A"
records = ['_dmarc 20 TXT "v=DMARC1; p=quarantine"']
expect.places = { own = { inbox = 4 }, forged = { junk = 2 }, legitimate = { inbox = 4 }, spoofed = { junk = 2 } }
expect.dmarc_fails = { forged = 2 }
break = "policy"
)";

/// Gone at the end of its scope.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = ::testing::TempDir() + "labctl-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Writes down what it hears.
class Recorder final : public RunObserver {
 public:
  std::vector<std::string> heard;
  void step_began(const std::string& participant, const Scenario&, const Step& step) override {
    heard.push_back(participant + " began " + step.id);
  }
  void step_ended(const std::string& participant, const StepVerdict& verdict) override {
    heard.push_back(participant + " ended " + verdict.step + " " + std::string(name_of(verdict.outcome)));
  }
};

/// "4-2 fail, 4-3 skip": the steps of the first participant that did not pass.
inline std::string not_passed(const RunVerdict& verdict) {
  std::string text;
  for (const auto& step : verdict.participants.at(0).steps)
    if (step.outcome != Outcome::pass)
      text += (text.empty() ? "" : ", ") + step.step + " " + std::string(name_of(step.outcome));
  return text;
}

inline std::vector<std::string> outcomes(const ParticipantVerdict& participant) {
  std::vector<std::string> texts;
  for (const auto& step : participant.steps)
    for (const auto& expectation : step.expectations)
      texts.push_back(step.step + " " + expectation.that + " " + std::string(name_of(expectation.outcome)));
  return texts;
}

/// Everything that did not pass, for a failed test's message.
inline std::string failures(const RunVerdict& verdict) {
  std::string text;
  for (const auto& participant : verdict.participants)
    for (const auto& step : participant.steps)
      for (const auto& expectation : step.expectations)
        if (expectation.outcome != Outcome::pass)
          text += participant.participant + " " + step.step + " " + expectation.that + ": expected " +
                  expectation.expected + ", actual " + expectation.actual + ": " + expectation.why.en + "\n";
  return text;
}

inline const StepVerdict& step_of(const RunVerdict& verdict, std::string_view id, std::size_t participant = 0) {
  for (const auto& step : verdict.participants.at(participant).steps)
    if (step.step == id) return step;
  throw std::runtime_error("no step " + std::string(id));
}

inline Scenario parsed(std::string_view text, const std::string& name = "test") {
  auto scenario = parse_scenario(text, name + ".toml", name);
  if (!scenario) throw std::runtime_error(render(scenario.error()));
  return *std::move(scenario);
}

}  // namespace labctl::scenario
