#include "labctl/scenario/runner.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/scenario/catalogue.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

constexpr std::string_view kTwoSteps = R"(
title = "T"
[[step]]
id = "1"
do = "mail.send"
from_host = "{rogue}"
mail_from = "user-a@{zone}"
rcpt_to = "user-a@{zone}"
as = "first"
title = "S"
[[step]]
id = "2"
do = "mail.resend"
of = "first"
from_host = "{rogue}"
mail_from = "user-a@{zone}"
rcpt_to = "user-a@{zone}"
title = "S"
[[step]]
id = "3"
do = "host.run"
host = "{receiver}"
argv = ["echo", "{participant}"]
title = "S"
[[expect]]
step = "1"
disposition = "inbox"
[[expect]]
step = "2"
disposition = "inbox"
[[expect]]
step = "3"
output = "{participant}"
)";

/// All of a verdict in one text, so that two can be compared byte for byte.
std::string text_of(const RunVerdict& verdict) {
  Json json{{"lab", verdict.lab},
            {"outcome", name_of(verdict.outcome)},
            {"run_dir", verdict.run_dir},
            {"interrupted", verdict.interrupted}};
  for (const auto& participant : verdict.participants)
    for (const auto& step : participant.steps) {
      json["steps"].push_back({participant.participant, step.scenario, step.step, step.title.ja, step.title.en,
                               name_of(step.outcome), step.seconds});
      for (const auto& e : step.expectations)
        json["expectations"].push_back({e.that, name_of(e.outcome), e.expected, e.actual, e.why.ja, e.why.en, e.look});
    }
  return json.dump();
}

class Runner : public ::testing::Test {
 protected:
  Result<RunVerdict> play(std::vector<std::string> participants, std::size_t jobs = 2, std::stop_token stop = {}) {
    return run(lab.ports(std::move(stop)), scenarios,
               {.participants = std::move(participants), .jobs = jobs, .run_dir = directory.path() + "/run"}, recorder);
  }

  fakes::FakeLab lab{4};
  TemporaryDirectory directory;
  std::vector<Scenario> scenarios{parsed(kTwoSteps)};
  Recorder recorder;
};

TEST_F(Runner, PlaysEachParticipantsStepsInOrder) {
  const auto verdict = play({"m002", "m001"}, 1);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  EXPECT_EQ(verdict->outcome, Outcome::pass) << failures(*verdict);
  EXPECT_EQ(join(recorder.heard, ", "),
            "m002 began 1, m002 ended 1 pass, m002 began 2, m002 ended 2 pass, m002 began 3, m002 ended 3 pass, "
            "m001 began 1, m001 ended 1 pass, m001 began 2, m001 ended 2 pass, m001 began 3, m001 ended 3 pass");
  EXPECT_EQ(verdict->participants[0].participant, "m002");
  EXPECT_EQ(step_of(*verdict, "3").expectations.front().look, "m002/test/3.json");
}

TEST_F(Runner, EachAttemptHasATokenOfItsOwn) {
  ASSERT_TRUE(play({"m001", "m002"}).has_value());
  std::set<std::string> tokens;
  for (const auto& order : lab.mail.orders) {
    EXPECT_EQ(order.token.size(), 32U);
    EXPECT_EQ(mail::Message::parse(order.message).all(mail::kTokenHeader).size(), 1U);
    EXPECT_EQ(mail::Message::parse(order.message).first(mail::kTokenHeader)->value(), order.token);
    tokens.insert(order.token);
  }
  EXPECT_EQ(tokens.size(), 4U);
}

TEST_F(Runner, GradesFromItsFilesAloneByteForByte) {
  scenarios = find_scenarios({kCourse}).value();
  const auto verdict = play({"m001", "m002", "m003"}, 3);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  const auto again = grade(directory.path() + "/run");
  ASSERT_TRUE(again.has_value()) << render(again.error());
  EXPECT_EQ(text_of(*again), text_of(*verdict));
}

TEST_F(Runner, ARunWithTroubleIsGradedTheSame) {
  lab.mail.tamper = [](evidence::MailSeen& mail) { mail.stored.reset(); };
  lab.hosts.fail = lab_error("it is down", "receiver.m001").error();
  const auto verdict = play({"m001"});
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(not_passed(*verdict), "1 fail, 2 skip, 3 error");
  EXPECT_EQ(verdict->outcome, Outcome::error);
  EXPECT_EQ(text_of(grade(directory.path() + "/run").value()), text_of(*verdict));
}

TEST_F(Runner, AStepAfterAnErrorStillRuns) {
  lab.mail.fail = timeout_error("no answer", "receiver.m001: postfix", "look at its log").error();
  const auto verdict = play({"m001"});
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(not_passed(*verdict), "1 error, 2 skip");
  const auto& why = step_of(*verdict, "1").expectations.front().why.en;
  EXPECT_EQ(why, "receiver.m001: postfix: no answer (look at its log)");
  EXPECT_EQ(step_of(*verdict, "2").expectations.front().why.en,
            "it needs the message of step 1, which left none: do it (again)");
}

TEST_F(Runner, AStopKeepsWhatWasJudged) {
  std::stop_source source;
  lab.mail.on_deliver = [&] { source.request_stop(); };
  const auto verdict = play({"m001", "m002"}, 1, source.get_token());
  ASSERT_TRUE(verdict.has_value());
  EXPECT_TRUE(verdict->interrupted);
  EXPECT_EQ(step_of(*verdict, "1").outcome, Outcome::pass);
  EXPECT_EQ(step_of(*verdict, "2").outcome, Outcome::skip);
  EXPECT_EQ(step_of(*verdict, "1", 1).outcome, Outcome::skip);
  EXPECT_EQ(verdict->participants.size(), 2U);
  EXPECT_EQ(text_of(grade(directory.path() + "/run").value()), text_of(*verdict));
}

TEST_F(Runner, AnInterruptedStepLeavesNoEvidence) {
  lab.hosts.fail = Error{ErrorKind::interrupted, "stopped", {}, {}};
  const auto verdict = play({"m001"});
  ASSERT_TRUE(verdict.has_value());
  EXPECT_TRUE(verdict->interrupted);
  EXPECT_EQ(step_of(*verdict, "3").outcome, Outcome::skip);
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/run/m001/test/3.json"));
}

TEST_F(Runner, AnUnknownParticipantIsRefusedBeforeAnything) {
  const auto verdict = play({"m001", "m01"});
  ASSERT_FALSE(verdict.has_value());
  EXPECT_EQ(verdict.error().kind, ErrorKind::usage);
  EXPECT_EQ(verdict.error().hint, "did you mean 'm001'?");
  EXPECT_TRUE(lab.mail.orders.empty());
}

TEST_F(Runner, ARunDirectoryThatCantBeWrittenEndsTheRun) {
  ASSERT_TRUE(write_file(directory.path() + "/run", "a file"));
  const auto verdict = play({"m001"});
  ASSERT_FALSE(verdict.has_value());
  EXPECT_TRUE(lab.mail.orders.empty());
}

TEST_F(Runner, NoSecretIsWritten) {
  scenarios = find_scenarios({kCourse}).value();
  ASSERT_TRUE(play({"m001"}).has_value());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path()))
    if (entry.is_regular_file()) {
      const auto text = read_file(entry.path()).value();
      EXPECT_EQ(text.find("secret-of-"), std::string::npos) << entry.path();
      EXPECT_EQ(text.find("PRIVATE"), std::string::npos) << entry.path();
    }
}

TEST(Grade, RefusesWhatIsNoRun) {
  TemporaryDirectory directory;
  const auto nothing = grade(directory.path());
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().kind, ErrorKind::usage);
  ASSERT_TRUE(
      write_file(directory.path() + "/run.json",
                 R"({"lab":"x","began":"","interrupted":false,"scenarios":["../../etc/x"],"participants":[]})"));
  const auto outside = grade(directory.path());
  ASSERT_FALSE(outside.has_value());
  EXPECT_NE(outside.error().message.find("leads out"), std::string::npos);
}

}  // namespace
}  // namespace labctl::scenario
