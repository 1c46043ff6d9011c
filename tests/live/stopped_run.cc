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

StoppedRun::StoppedRun(const std::string& lab, const std::string& scenario, std::string_view stage) {
  const auto pid = spawn_detached(
      {.argv = {labctl_binary(), "--lab", lab, "run", scenario, "--json", directory_.path() + "/run.json"},
       .env = {{"LABCTL_STOP_AT", std::string(stage)}}},
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
  EXPECT_TRUE(stands_) << stage << ": " << read_file(directory_.path() + "/output").value_or("");
}

StoppedRun::~StoppedRun() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Json StoppedRun::go_on() {
  ::kill(pid_, SIGCONT);
  int status = 0;
  const auto ended = wait_until(real_clock(), kToItsEnd, "labctl to end",
                                [&]() -> Result<bool> { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
  EXPECT_TRUE(ended) << "labctl did not end";
  if (ended) pid_ = -1;
  const auto text = read_file(directory_.path() + "/run.json");
  auto json = Json::parse(text.value_or(""), nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << read_file(directory_.path() + "/output").value_or("");
  return json.is_discarded() ? Json{{"participants", Json::array()}} : json;
}

}  // namespace labctl::live
