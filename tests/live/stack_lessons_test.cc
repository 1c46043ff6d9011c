#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

// The same lesson files on receivers of the other stack; where it answers otherwise, or not always the same, they say
// so.
TEST(StackLessons, EveryRowHoldsOnOpenDmarcToo) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("stack-lessons", 4, {"--stack", "opendmarc", "--dnssec"});
  std::size_t passed = 0;
  const auto run = lab.run({"lessons", "--spread", "--predict"});
  for (const auto& [step, outcome] : outcomes(run)) {
    EXPECT_TRUE(outcome == "pass" || outcome == "skip") << step << ": " << outcome;
    if (outcome == "pass") ++passed;
  }
  EXPECT_GT(passed, 300U);
  expect_predicted_or_listed(run);
}

}  // namespace
}  // namespace labctl::live
