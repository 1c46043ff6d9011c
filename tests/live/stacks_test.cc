#include <gmock/gmock.h>

#include "labctl/base/file.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

/// One lab with a receiver of each kind: m001 opendmarc, m002 rspamd, m003 rspamd as mailcow weighs.
class Stacks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!machine_is_able()) return;
    const fakes::TemporaryDirectory directory;
    const auto file = directory.path() + "/lab.toml";
    ASSERT_TRUE(write_file(file,
                           "stack = 'opendmarc'\n[receivers]\nm002 = { stack = 'rspamd' }\n"
                           "m003 = { stack = 'rspamd', profile = 'mailcow' }\n")
                    .has_value());
    const auto up = labctl({"--lab", "stacks", "--file", file, "up", "-n", "3"});
    EXPECT_EQ(up.exit_status, 0) << up.out << up.err;
    lab_ = std::make_unique<LiveLab>("stacks", 3);  // Completes it as it is.
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override { LABCTL_LIVE_OR_SKIP(); }

  static void all_pass(const Json& run, std::size_t steps) {
    const auto verdicts = outcomes(run);
    EXPECT_EQ(verdicts.size(), steps);
    for (const auto& [step, outcome] : verdicts) EXPECT_EQ(outcome, "pass") << step << "\n" << run.dump(1);
  }

  static std::unique_ptr<LiveLab> lab_;
};

std::unique_ptr<LiveLab> Stacks::lab_;

TEST_F(Stacks, TheCourseIsTheSameOnBoth) { all_pass(lab_->run({"hands-on", "-p", "m001,m002"}), 44); }

TEST_F(Stacks, WhatClaimsToBeTheReceiversIsNoGrade) {
  all_pass(lab_->run({"receivers/1-trust", "-p", "m001,m002"}), 10);
}

TEST_F(Stacks, AKeyIsJudgedAsItIsNow) {
  for (int round = 0; round < 2; ++round)
    all_pass(lab_->run({test_path("live/scenarios/key-comes-late.toml"), "-p", "m001,m002"}), 10);
}

TEST_F(Stacks, MessagesOnOneConnectionAreJudgedEachByItself) {
  all_pass(lab_->run({test_path("live/scenarios/one-connection.toml"), "-p", "m001,m002"}), 8);
  // pyspf-milter mixes up messages of one connection: there each has its own.
  for (const auto& [participant, count] :
       std::map<std::string, std::string>{{"m001", " mail=1 "}, {"m002", " mail=3 "}})
    EXPECT_THAT(
        (*lab_)({"exec", "receiver." + participant, "--", "grep", "disconnect from sender", "/var/log/mail.log"}).out,
        testing::HasSubstr(count));
}

TEST_F(Stacks, MailcowWeighsOtherwise) {
  all_pass(lab_->run({"receivers/2-mailcow", "-p", "m003"}), 9);
  const auto elsewhere = outcomes(lab_->run({"receivers/2-mailcow", "-p", "m002"}));
  EXPECT_EQ(elsewhere.size(), 9U);
  for (const auto& [step, outcome] : elsewhere) EXPECT_EQ(outcome, "skip") << step;
}

TEST_F(Stacks, WhereTheReceiverWroteNothingAForgedFieldIsNoGradeEither) {
  for (const std::string participant : {"m001", "m002"}) {
    const std::string receiver = "receiver." + participant;
    lab_->on(receiver, "postconf -h smtpd_milters > /root/milters; postconf -e smtpd_milters=; postfix reload");
    const auto verdicts = outcomes(lab_->run({"receivers/1-trust", "-p", participant}));
    EXPECT_EQ(verdicts.at(participant + " r1-3"), "error");
    EXPECT_EQ(verdicts.at(participant + " r1-5"), "fail");
    lab_->on(receiver, "postconf -e \"smtpd_milters=$(cat /root/milters)\"; postfix reload");
  }
}

TEST_F(Stacks, AReceiverThatLetsAForgedFieldStandFailsTheLesson) {
  lab_->on("receiver.m001", "postconf -e header_checks=; postfix reload");
  const auto verdicts = outcomes(lab_->run({"receivers/1-trust", "-p", "m001"}));
  EXPECT_EQ(verdicts.at("m001 r1-3"), "fail");
  lab_->on("receiver.m001", "postconf -e header_checks=regexp:/etc/postfix/claimed_results; postfix reload");
}

TEST_F(Stacks, TheNullReversePathIsJudgedToo) {
  const auto sent = (*lab_)({"send", "--mail-from", "<>", "--to", "user-b@m001.mail.nic.example", "--json"});
  EXPECT_EQ(sent.exit_status, 0) << sent.err;
  const auto json = Json::parse(sent.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << sent.out;
  // Taken or refused by the policy, but decided: pyspf-milter breaks off when it is not to check HELO.
  EXPECT_NE(json.at("reply").at("code").get<int>() / 100, 4) << sent.out;
}

TEST_F(Stacks, AMilterThatIsAwayIsAnErrorThatNamesIt) {
  for (const std::string daemon : {"opendmarc", "opendkim", "pyspf-milter"}) {
    lab_->on("receiver.m001", "systemctl stop " + daemon);
    const auto sent = (*lab_)({"send", "--to", "user-a@m001.mail.nic.example"});
    EXPECT_EQ(sent.exit_status, 3) << sent.out << sent.err;
    EXPECT_THAT(sent.err, testing::HasSubstr("receiver.m001: " + daemon));
    const auto up = (*lab_)({"up"});
    EXPECT_EQ(up.exit_status, 0) << up.out << up.err;
  }
}

}  // namespace
}  // namespace labctl::live
