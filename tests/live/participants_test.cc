#include <fmt/format.h>

#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

/// All that was judged of a participant, without what no two runs have in common (times, queue ids) and with "m" for
/// the participant's own name.
std::vector<std::string> verdicts_of(const Json& run, const std::string& participant) {
  std::vector<std::string> verdicts;
  for (const auto& judged : run.at("participants")) {
    if (judged.at("participant") != participant) continue;
    for (const auto& step : judged.at("steps"))
      for (const auto& expectation : step.at("expectations"))
        verdicts.push_back(fmt::format("{} {}: {}", step.at("step").get<std::string>(),
                                       expectation.at("that").get<std::string>(),
                                       expectation.at("outcome").get<std::string>()));
  }
  for (auto& verdict : verdicts)
    for (auto at = verdict.find(participant); at != std::string::npos; at = verdict.find(participant))
      verdict.replace(at, participant.size(), "m");
  return verdicts;
}

TEST(Participants, EightAloneAndTogetherHaveTheSameVerdicts) {
  LABCTL_LIVE_OR_SKIP();
  constexpr int kParticipants = 8;
  const LiveLab lab("eight", kParticipants);
  std::vector<std::vector<std::string>> alone;
  for (int i = 1; i <= kParticipants; ++i) {
    const auto id = fmt::format("m{:03}", i);
    alone.push_back(verdicts_of(lab.run({"hands-on", "-p", id}), id));
    EXPECT_GT(alone.back().size(), 30U) << id;
  }
  const auto together = lab.run({"hands-on", "--all", "--jobs", "8"});
  EXPECT_EQ(together.at("outcome"), "pass") << together.dump(1);
  for (int i = 1; i <= kParticipants; ++i) {
    const auto id = fmt::format("m{:03}", i);
    EXPECT_EQ(verdicts_of(together, id), alone[static_cast<std::size_t>(i - 1)]) << id;
    EXPECT_EQ(alone[static_cast<std::size_t>(i - 1)], alone.front()) << id;
  }
}

}  // namespace
}  // namespace labctl::live
