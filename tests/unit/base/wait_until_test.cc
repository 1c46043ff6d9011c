#include "labctl/base/wait_until.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace labctl {
namespace {

TEST(WaitUntil, LooksBeforeItWaits) {
  fakes::FakeClock clock;
  EXPECT_TRUE(wait_until(clock, {}, "nothing", [] { return true; }).has_value());
  EXPECT_EQ(clock.passed(), Milliseconds{0});
}

TEST(WaitUntil, NamesWhatDidNotCome) {
  fakes::FakeClock clock;
  const auto waited = wait_until(clock, {.total = Milliseconds{2500}}, "the new serial", [] { return false; });
  ASSERT_FALSE(waited.has_value());
  EXPECT_EQ(waited.error().kind, ErrorKind::timeout);
  EXPECT_EQ(waited.error().message, "waited 2.5 s for the new serial");
  EXPECT_EQ(clock.passed(), Milliseconds{2500});
}

TEST(WaitUntil, AnErrorEndsItAtOnce) {
  fakes::FakeClock clock;
  const auto waited = wait_until(clock, {}, "x", []() -> Result<bool> { return lab_error("refused"); });
  ASSERT_FALSE(waited.has_value());
  EXPECT_EQ(waited.error().message, "refused");
}

TEST(WaitUntil, AStopRequestEndsIt) {
  fakes::FakeClock clock;
  std::stop_source source;
  int looks = 0;
  const auto waited = wait_until(
      clock, {}, "x",
      [&]() -> Result<bool> {
        if (++looks == 3) source.request_stop();
        return false;
      },
      source.get_token());
  ASSERT_FALSE(waited.has_value());
  EXPECT_EQ(waited.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace labctl
