#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/transition.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

// `kill -9` of labctl at each named state transition and at random moments: the next `down` leaves nothing, the next
// `up` works. LABCTL_KILL_ROUNDS is how many of each are tried (5, or "all": every transition and 20 moments);
// LABCTL_KILL_SEED chooses them.
namespace labctl::live {
namespace {

constexpr const char* kLab = "kill";
constexpr int kKilled = 128 + SIGKILL;
const std::vector<std::string> kUp{"--lab", kLab, "up", "-n", "1"};
const std::vector<std::string> kRun{"--lab", kLab, "run", "hands-on/1-before"};
const std::vector<std::string> kDown{"--lab", kLab, "down"};

std::size_t rounds(std::size_t all) {
  const char* told = std::getenv("LABCTL_KILL_ROUNDS");
  if (told == nullptr) return std::min<std::size_t>(5, all);
  return std::string_view(told) == "all" ? all : std::min<std::size_t>(all, std::strtoul(told, nullptr, 10));
}

unsigned seed() {
  const char* told = std::getenv("LABCTL_KILL_SEED");
  return told != nullptr ? static_cast<unsigned>(std::strtoul(told, nullptr, 10)) : std::random_device{}();
}

void expect_good(const std::vector<std::string>& arguments) {
  const auto result = labctl(arguments);
  EXPECT_EQ(result.exit_status, 0) << arguments[2] << "\n" << result.out << result.err;
}

/// What every kill has to leave possible.
void expect_down_and_up() {
  expect_good(kDown);
  EXPECT_EQ(leftovers(kLab), std::vector<std::string>{});
  expect_good(kUp);
}

/// The verb that a transition belongs to; the lab is made ready for it first.
const std::vector<std::string>& verb_of(std::string_view transition) {
  if (transition.starts_with("up.")) return kUp;
  return transition.starts_with("run.") ? kRun : kDown;
}

/// Runs labctl and kills it `after` it was started, unless it has ended by then. Returns whether it was killed.
bool run_and_kill(const std::vector<std::string>& arguments, Milliseconds after) {
  const fakes::TemporaryDirectory directory;
  std::vector<std::string> argv{labctl_binary()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto pid = spawn_detached({.argv = std::move(argv)}, directory.path() + "/output");
  if (!pid) {
    ADD_FAILURE() << render(pid.error());
    return false;
  }
  int status = 0;
  const auto ended = wait_until(real_clock(), {.total = after}, "labctl to end",
                                [&]() -> Result<bool> { return ::waitpid(*pid, &status, WNOHANG) == *pid; });
  if (ended) return false;
  ::kill(*pid, SIGKILL);
  ::waitpid(*pid, &status, 0);
  return WIFSIGNALED(status);
}

TEST(Kill, AtEachNamedTransitionTheNextDownLeavesNothingAndTheNextUpWorks) {
  LABCTL_LIVE_OR_SKIP();
  std::vector<std::string> names(lab::transitions().begin(), lab::transitions().end());
  std::erase_if(names, [](const std::string& name) { return name.starts_with("zone."); });  // edits leave the lab up
  const unsigned chosen = seed();
  fmt::print("LABCTL_KILL_SEED={}\n", chosen);
  std::mt19937 random(chosen);
  std::ranges::shuffle(names, random);
  names.resize(rounds(names.size()));
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    fmt::print("killed at {}\n", name);
    const auto& verb = verb_of(name);
    expect_good(&verb == &kUp ? kDown : kUp);
    const auto killed = labctl(verb, Milliseconds{240'000}, {{"LABCTL_KILL_AT", name}});
    EXPECT_EQ(killed.exit_status, kKilled) << killed.err;
    if (name == "run.step") expect_good(kRun);
    expect_down_and_up();
  }
  expect_good(kDown);
  EXPECT_EQ(leftovers(kLab), std::vector<std::string>{});
}

TEST(Kill, AtRandomMomentsTheNextDownLeavesNothingAndTheNextUpWorks) {
  LABCTL_LIVE_OR_SKIP();
  const unsigned chosen = seed();
  fmt::print("LABCTL_KILL_SEED={}\n", chosen);
  std::mt19937 random(chosen);
  struct Verb {
    const std::vector<std::string>* arguments;
    int longest_ms;
  };
  const std::vector<Verb> verbs{{&kUp, 2500}, {&kRun, 3000}, {&kDown, 1500}};
  for (std::size_t i = 0; i < rounds(20); ++i) {
    const auto& verb = verbs[i % verbs.size()];
    const Milliseconds after{std::uniform_int_distribution<int>(0, verb.longest_ms)(random)};
    expect_good(verb.arguments == &kUp ? kDown : kUp);
    const bool killed = run_and_kill(*verb.arguments, after);
    fmt::print("{} {} after {} ms\n", verb.arguments->at(2), killed ? "killed" : "had ended", after.count());
    SCOPED_TRACE(fmt::format("{} after {} ms", verb.arguments->at(2), after.count()));
    // An `up` that was killed is taken further by the next one as well as taken away.
    if (i % 2 == 0) expect_good(kUp);
    expect_down_and_up();
  }
  expect_good(kDown);
  EXPECT_EQ(leftovers(kLab), std::vector<std::string>{});
}

}  // namespace
}  // namespace labctl::live
