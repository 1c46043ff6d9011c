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
