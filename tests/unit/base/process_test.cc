#include "labctl/base/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "labctl/base/file.h"
#include "labctl/base/wait_until.h"

namespace labctl {
namespace {

TEST(Process, GivesBothStreamsAndTheExitStatus) {
  const auto result = run_process({.argv = {"sh", "-c", "cat; echo wrong >&2; exit 7"}, .input = "hello"});
  ASSERT_TRUE(result.has_value()) << render(result.error());
  EXPECT_EQ(result->out, "hello");
  EXPECT_EQ(result->err, "wrong\n");
  EXPECT_EQ(result->exit_status, 7);
}

TEST(Process, MovesMoreThanAPipeHolds) {
  const std::string big(300'000, 'x');
  const auto result = run_process({.argv = {"cat"}, .input = big});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->out, big);
}

TEST(Process, IsKilledAtItsDeadline) {
  const auto result = run_process({.argv = {"sleep", "60"}, .timeout = Milliseconds{50}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
}

TEST(Process, IsKilledAtItsDeadlineWithClosedStreams) {
  const auto result = run_process({.argv = {"sh", "-c", "exec >&- 2>&- <&-; sleep 60"}, .timeout = Milliseconds{50}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
}

TEST(Process, SaysWhatIsNotInstalled) {
  const auto result = run_process({.argv = {"no-such-program"}});
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().message.find("no-such-program"), std::string::npos);
}

TEST(Process, BoundsTheOutput) {
  const auto result = run_process({.argv = {"yes"}, .output_limit = 1000});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::lab);
}

TEST(Process, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto result = run_process({.argv = {"sleep", "60"}}, source.get_token());
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::interrupted);
}

TEST(Process, CheckedQuotesStandardError) {
  const auto result = run_checked({.argv = {"sh", "-c", "echo 'no such zone' >&2; exit 1"}});
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().message.find("no such zone"), std::string::npos);
}

TEST(Process, SignalledEndIs128PlusTheSignal) {
  const auto result = run_process({.argv = {"sh", "-c", "kill -9 $$"}});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_status, 137);
}

TEST(Process, AnInterruptWhileAnInteractiveChildRunsIsTheChilds) {
  sigset_t interrupt;
  sigset_t old_mask;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  // As the program has it: blocked, and waited for by a thread.
  ::pthread_sigmask(SIG_BLOCK, &interrupt, &old_mask);
  EXPECT_EQ(run_interactive({.argv = {"sh", "-c", "kill -INT $PPID"}}).value(), 0);
  const timespec at_once{};
  EXPECT_EQ(::sigtimedwait(&interrupt, nullptr, &at_once), -1) << "kept for whoever waits for it";
  ::kill(::getpid(), SIGINT);
  EXPECT_EQ(::sigtimedwait(&interrupt, nullptr, &at_once), SIGINT) << "blocked again behind it";
  ::pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
}

}  // namespace
}  // namespace labctl
