#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

// The same lesson files on receivers of the other stack; where it answers otherwise, or not always the same, they say
// so.
TEST(StackLessons, EveryRowHoldsOnOpenDmarcToo) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("stack-lessons", 4, {"--stack", "opendmarc"});
  std::size_t passed = 0;
  for (const auto& [step, outcome] : outcomes(lab.run({"lessons", "--spread"}))) {
    EXPECT_TRUE(outcome == "pass" || outcome == "skip") << step << ": " << outcome;
    if (outcome == "pass") ++passed;
  }
  EXPECT_GT(passed, 300U);
}

}  // namespace
}  // namespace labctl::live
