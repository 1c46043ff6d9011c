#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/wait_until.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

class Lessons : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("lessons", 4, std::vector<std::string>{"--dnssec"});
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    LABCTL_LIVE_OR_SKIP();
    ASSERT_NE(lab_, nullptr);
  }

  static std::unique_ptr<LiveLab> lab_;
};
std::unique_ptr<LiveLab> Lessons::lab_;

TEST_F(Lessons, EachOneHoldsOnRealDaemons) {
  const auto run = lab_->run({"lessons", "--spread", "--predict"});
  EXPECT_EQ(run.at("outcome"), "pass");
  for (const auto& [step, outcome] : outcomes(run)) EXPECT_EQ(outcome, "pass") << step;
  expect_predicted_or_listed(run);
}

// Three hundred messages, each with its proof: what is judged again from them is the same to the last byte.
TEST_F(Lessons, ADayOfMailIsGradedAgainByteByByte) {
  std::string pattern = ::testing::TempDir() + "labctl-XXXXXX";
  const std::string directory = ::mkdtemp(pattern.data());
  const auto file = [&](const char* name) { return directory + "/" + name; };
  EXPECT_EQ((*lab_)({"--quiet", "run", "lessons/9-mixed-day/mixed-day/reject", "-p", "m001", "--json", file("run")})
                .exit_status,
            0);
  const auto json = Json::parse(read_file(file("run")).value());
  const auto& step = json.at("participants").at(0).at("steps").at(1);
  std::size_t refused = 0;
  for (const auto& kind : step.at("day"))
    if (kind.at("sort") == "legitimate") refused += kind.at("places").value("rejected", 0U);
  EXPECT_EQ(refused, 60U) << step.at("day").dump(1);
  const std::string run_dir = json.at("run_dir");
  EXPECT_EQ((*lab_)({"grade", run_dir, "--json", file("again")}).exit_status, 0);
  EXPECT_EQ(read_file(file("again")).value(), read_file(file("run")).value());
  std::filesystem::remove_all(directory);
}

TEST_F(Lessons, TheZonesAreAsTheyWereBefore) {
  EXPECT_EQ((*lab_)({"zone", "set", "m001.mail.nic.example", "own 20 TXT \"of the participant\""}).exit_status, 0);
  const auto before = Json::parse((*lab_)({"zone", "show", "m001.mail.nic.example", "--json"}).out).at("records");
  EXPECT_EQ(lab_->run({"lessons/1-tables/spf", "-p", "m001"}).at("outcome"), "pass");
  const auto after = Json::parse((*lab_)({"zone", "show", "m001.mail.nic.example", "--json"}).out).at("records");
  const auto without_soa = [](Json records) {
    std::vector<std::string> kept;
    for (const auto& record : records)
      if (record.at("type") != "SOA") kept.push_back(record.dump());
    std::ranges::sort(kept);
    return kept;
  };
  EXPECT_EQ(without_soa(before), without_soa(after));
}

/// The zone's records without the SOA, in order.
std::vector<std::string> records_of(const LiveLab& lab, const std::string& zone) {
  std::vector<std::string> kept;
  const auto shown = lab({"zone", "show", zone, "--json"});
  for (const auto& record : Json::parse(shown.out).at("records"))
    if (record.at("type") != "SOA") kept.push_back(record.dump());
  std::ranges::sort(kept);
  return kept;
}

/// Starts a run of lessons and ends it by the signal once it has changed the zone; its exit status as waitpid has it.
int run_and_signal(const LiveLab& lab, const std::string& zone, int signal) {
  const fakes::TemporaryDirectory directory;
  const auto pid =
      spawn_detached({.argv = {labctl_binary(), "--quiet", "--lab", lab.name(), "run", "lessons/3-spf", "-p", "m001"}},
                     directory.path() + "/output");
  if (!pid) {
    ADD_FAILURE() << render(pid.error());
    return 0;
  }
  // A zone command would put back what it finds: the name server is asked.
  EXPECT_TRUE(
      wait_until(real_clock(), {.total = Milliseconds{20'000}}, "the run to change the zone", [&]() -> Result<bool> {
        const auto shown = lab({"exec", "receiver.m001", "--", "knotc", "zone-read", zone});
        return shown.out.find("v=spf1") != std::string::npos;
      }));
  ::kill(*pid, signal);
  int status = 0;
  ::waitpid(*pid, &status, 0);
  return status;
}

TEST_F(Lessons, AnInterruptedRunPutsTheZonesBack) {
  const std::string zone = "m001.mail.nic.example";
  EXPECT_EQ((*lab_)({"zone", "set", zone, "own 20 TXT \"of the participant\""}).exit_status, 0);
  const auto before = records_of(*lab_, zone);
  const int status = run_and_signal(*lab_, zone, SIGINT);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status;
  const auto shown = (*lab_)({"exec", "receiver.m001", "--", "knotc", "zone-read", zone});
  EXPECT_EQ(shown.out.find("v=spf1"), std::string::npos) << "before any other labctl looks at the zone";
  EXPECT_EQ(records_of(*lab_, zone), before);
}

TEST_F(Lessons, WhatAKilledRunLeftTheNextCommandPutsBack) {
  const std::string zone = "m001.mail.nic.example";
  EXPECT_EQ((*lab_)({"zone", "set", zone, "own 20 TXT \"of the participant\""}).exit_status, 0);
  const auto before = records_of(*lab_, zone);
  const int status = run_and_signal(*lab_, zone, SIGKILL);
  EXPECT_TRUE(WIFSIGNALED(status)) << status;
  const auto next = (*lab_)({"zone", "list"});
  EXPECT_NE(next.err.find(zone + " is put back as it was before a run that was ended"), std::string::npos) << next.err;
  EXPECT_EQ(records_of(*lab_, zone), before);
  run_and_signal(*lab_, zone, SIGKILL);
  EXPECT_EQ(lab_->run({"lessons/1-tables/spf/spoofed-fail", "-p", "m001"}).at("outcome"), "pass");
  EXPECT_EQ(records_of(*lab_, zone), before) << "by the next run, and after it";
}

TEST_F(Lessons, ABrokenOneGoesRed) {
  const auto swept = (*lab_)({"--quiet", "scenario", "sweep", "--every", "6"});
  EXPECT_EQ(swept.exit_status, 0) << swept.out << swept.err;
  EXPECT_EQ(swept.out.find("GREEN"), std::string::npos) << swept.out;
}

// With nothing but the commands that scenarios/README.md shows.
TEST_F(Lessons, ANewOneIsMadeAndRunsGreen) {
  std::string pattern = ::testing::TempDir() + "labctl-XXXXXX";
  const std::string directory = ::mkdtemp(pattern.data());
  const std::string file = directory + "/include.toml";
  EXPECT_EQ((*lab_)({"scenario", "new", file}).exit_status, 0);
  EXPECT_EQ((*lab_)({"scenario", "check", file}).exit_status, 0);
  EXPECT_EQ(lab_->run({file, "-p", "m001"}).at("outcome"), "pass");
  const auto swept = (*lab_)({"--quiet", "scenario", "sweep", file, "-p", "m001"});
  EXPECT_EQ(swept.exit_status, 0) << swept.out << swept.err;
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace labctl::live
