#include <gmock/gmock.h>

#include <filesystem>

#include "tests/fakes/paths.h"
#include "tests/live/live_lab.h"

// The benchmarks run and print their figures; how good those are is no part of any test.
namespace labctl::live {
namespace {
using testing::HasSubstr;

std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{test_path("bench/" + program), "-l", labctl_binary()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto result = run_process({.argv = std::move(argv), .timeout = Milliseconds{600'000}});
  if (!result) {
    ADD_FAILURE() << render(result.error());
    return {};
  }
  EXPECT_EQ(result->exit_status, 0) << result->out << result->err;
  return result->out;
}

TEST(Bench, LabUpComparesWithABareLoop) {
  LABCTL_LIVE_OR_SKIP();
  const auto table = output_of("lab_up", {"-n", "1", "-r", "1"});
  EXPECT_THAT(table, HasSubstr("1 participants, 7 hosts"));
  EXPECT_THAT(table, HasSubstr("CPU a host, s"));
  EXPECT_EQ(leftovers("bench-up"), std::vector<std::string>{});
  EXPECT_FALSE(std::filesystem::exists("/run/labctl-bench")) << "of the bare loop";
}

TEST(Bench, StepComparesWithAShellPipeline) {
  LABCTL_LIVE_OR_SKIP();
  EXPECT_THAT(output_of("step", {"-r", "2"}), HasSubstr("overhead above server time"));
  EXPECT_EQ(leftovers("bench-step"), std::vector<std::string>{});
}

}  // namespace
}  // namespace labctl::live
