#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>

#include "labctl/base/clock.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/transition.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

// `kill -9` of labctl at each stage of an edit and at random moments of it: the zone is the old or the new one, never
// frozen, the next command finds no transaction, and the history agrees. LABCTL_ZONE_KILL_ROUNDS is how many edits are
// killed at random (10; the whole campaign: 200), LABCTL_KILL_SEED chooses the moments.
namespace labctl::live {
namespace {

const std::string kKilledZone = "m001.mail.nic.example";

class ZoneKill : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("zonekill", 1);
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override { LABCTL_LIVE_OR_SKIP(); }

  static std::string type(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "zone");
    const auto result = (*lab_)(arguments);
    EXPECT_EQ(result.exit_status, 0) << join(arguments, " ") << "\n" << result.out << result.err;
    return result.out;
  }
  static std::string without_soa(const std::string& text) {
    std::string rest;
    for (const auto& line : lines_of(text))
      if (line.find("\tSOA\t") == std::string::npos) rest += line + "\n";
    return rest;
  }
  static std::string zone() { return without_soa(type({"show", kKilledZone})); }
  static Json last_edit() {
    const auto edits = Json::parse(type({"history", kKilledZone, "--json"})).at("edits");
    return edits.empty() ? Json() : edits.back();
  }
  static std::vector<std::string> edit(int round) {
    return {"--lab",     lab_->name(),
            "zone",      "set",
            kKilledZone, fmt::format("_dmarc 20 TXT \"v=DMARC1; p=none; rua=mailto:round-{}@{}\"", round, kKilledZone)};
  }
  static std::string mark(int round) { return fmt::format("round-{}@", round); }

  /// What has to be so after every kill, before and after the next command. Returns whether the edit took effect.
  static bool expect_old_or_new(const std::string& before, int round) {
    const auto status = (*lab_)({"exec", "receiver.m001", "--", "knotc", "zone-status", kKilledZone}).out;
    EXPECT_EQ(status.find("freeze"), std::string::npos) << status;
    const auto after = zone();
    const bool is_new = after.find(mark(round)) != std::string::npos;
    if (!is_new) {
      EXPECT_EQ(after, before) << "neither old nor new";
    }
    EXPECT_EQ(lines_of(after).size(), lines_of(before).size() + (before.find("_dmarc") == std::string::npos && is_new));
    // The next command settles what the killed one left.
    type({"set", kKilledZone, fmt::format("after 20 TXT \"{}\"", round)});
    const auto list = Json::parse(type({"list", "--json"})).at("zones");
    for (const auto& one : list) EXPECT_EQ(one.at("troubles"), Json::array()) << one;
    EXPECT_EQ(zone().find(mark(round)) != std::string::npos, is_new) << "the next command changed the killed edit";
    type({"undo", kKilledZone});
    EXPECT_EQ(last_edit().at("why").get<std::string>().substr(0, 5), "undo ");
    const auto edits = Json::parse(type({"history", kKilledZone, "--json"})).at("edits");
    bool noted = false;
    for (const auto& one : edits) noted |= one.at("diff").dump().find(mark(round)) != std::string::npos;
    EXPECT_EQ(noted, is_new) << "the history says something else than the zone";
    const auto file = (*lab_)({"exec", "receiver.m001", "--", "cat", "/var/lib/knot/" + kKilledZone + ".zone"}).out;
    EXPECT_EQ(file.find(mark(round)) != std::string::npos, is_new) << "the file is not that of the zone";
    return is_new;
  }

  static inline std::unique_ptr<LiveLab> lab_;
};

std::size_t zone_kill_rounds() {
  const char* told = std::getenv("LABCTL_ZONE_KILL_ROUNDS");
  return told != nullptr ? std::strtoul(told, nullptr, 10) : 10;
}

TEST_F(ZoneKill, AtEveryStageOfAnEdit) {
  int round = 100'000;
  for (const auto stage : lab::transitions()) {
    if (!stage.starts_with("zone.")) continue;
    SCOPED_TRACE(stage);
    const auto before = zone();
    const auto killed = labctl(edit(++round), Milliseconds{60'000}, {{"LABCTL_KILL_AT", std::string(stage)}});
    EXPECT_EQ(killed.exit_status, 128 + SIGKILL) << killed.err;
    const bool is_new = expect_old_or_new(before, round);
    EXPECT_EQ(is_new, stage != "zone.checked" && stage != "zone.pending" && stage != "zone.declared");
  }
}

TEST_F(ZoneKill, AtRandomMoments) {
  const char* told = std::getenv("LABCTL_KILL_SEED");
  const unsigned seed =
      told != nullptr ? static_cast<unsigned>(std::strtoul(told, nullptr, 10)) : std::random_device{}();
  fmt::print("LABCTL_KILL_SEED={}\n", seed);
  std::mt19937 random(seed);
  using Microseconds = std::chrono::microseconds;
  Microseconds whole{0};
  std::size_t killed = 0;
  std::size_t took_effect = 0;
  const auto rounds = zone_kill_rounds();
  for (std::size_t i = 0; i < rounds; ++i) {
    const int round = static_cast<int>(i) + 1;
    SCOPED_TRACE(round);
    if (i % 10 == 0) {
      // How long an edit takes now, on this machine.
      const auto began = std::chrono::steady_clock::now();
      EXPECT_EQ(labctl(edit(1'000'000 + round)).exit_status, 0);
      whole = std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - began);
    }
    const auto before = zone();
    const Microseconds after{std::uniform_int_distribution<Microseconds::rep>(0, whole.count() * 11 / 10)(random)};
    const fakes::TemporaryDirectory directory;
    auto argv = edit(round);
    argv.insert(argv.begin(), labctl_binary());
    const auto began = std::chrono::steady_clock::now();
    const auto pid = spawn_detached({.argv = std::move(argv)}, directory.path() + "/output");
    ASSERT_TRUE(pid);
    int status = 0;
    const auto ended = wait_until(
        real_clock(), {.total = Milliseconds{60'000}, .first = Milliseconds{0}, .longest = Milliseconds{1}},
        "the moment", [&]() -> Result<bool> {
          return ::waitpid(*pid, &status, WNOHANG) == *pid || std::chrono::steady_clock::now() - began >= after;
        });
    EXPECT_TRUE(ended);
    if (::kill(*pid, SIGKILL) == 0) ::waitpid(*pid, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    const bool is_new = expect_old_or_new(before, round);
    took_effect += WIFSIGNALED(status) && is_new ? 1 : 0;
    if (HasFailure()) break;
  }
  fmt::print("{} of {} edits were killed in their midst; {} of those had taken effect\n", killed, rounds, took_effect);
  EXPECT_GT(killed, rounds / 2) << "too many had ended before they were killed";
}

}  // namespace
}  // namespace labctl::live
