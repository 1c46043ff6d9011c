#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

TEST(Course, EveryStepOfEveryParticipantPasses) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("course", 2);
  const auto verdicts = outcomes(lab.run({"hands-on", "--all"}));
  EXPECT_GT(verdicts.size(), 30U);
  for (const auto& [step, outcome] : verdicts) EXPECT_EQ(outcome, "pass") << step;
}

}  // namespace
}  // namespace labctl::live
