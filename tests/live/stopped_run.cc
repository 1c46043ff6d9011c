#include "tests/live/stopped_run.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/wait_until.h"
#include "tests/fakes/paths.h"

namespace labctl::live {
namespace {

constexpr Patience kToItsStage{.total = Milliseconds{60'000}};
constexpr Patience kToItsEnd{.total = Milliseconds{180'000}};

}  // namespace

StoppedLabctl::StoppedLabctl(const std::vector<std::string>& arguments, std::string_view stage) {
  std::vector<std::string> argv{labctl_binary()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto pid = spawn_detached({.argv = std::move(argv), .env = {{"LABCTL_STOP_AT", std::string(stage)}}},
                                  directory_.path() + "/output");
  if (!pid) {
    ADD_FAILURE() << render(pid.error());
    return;
  }
  pid_ = *pid;
  int status = 0;
  const auto waited = wait_until(real_clock(), kToItsStage, "labctl to come to its stage", [&]() -> Result<bool> {
    return ::waitpid(pid_, &status, WNOHANG | WUNTRACED) == pid_;
  });
  stands_ = waited && WIFSTOPPED(status);
  if (waited && !stands_) pid_ = -1;
  EXPECT_TRUE(stands_) << stage << ": " << output();
}

StoppedLabctl::~StoppedLabctl() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

int StoppedLabctl::go_on() {
  if (!stands_) return -1;
  ::kill(pid_, SIGCONT);
  int status = 0;
  const auto ended = wait_until(real_clock(), kToItsEnd, "labctl to end",
                                [&]() -> Result<bool> { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
  EXPECT_TRUE(ended) << "labctl did not end";
  if (!ended) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string StoppedLabctl::output() const { return read_file(directory_.path() + "/output").value_or(""); }

Json StoppedRun::go_on() {
  labctl_.go_on();
  const auto text = read_file(json_);
  auto json = Json::parse(text.value_or(""), nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << labctl_.output();
  return json.is_discarded() ? Json{{"participants", Json::array()}} : json;
}

}  // namespace labctl::live
