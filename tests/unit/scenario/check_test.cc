#include "labctl/scenario/check.h"

#include <gtest/gtest.h>

#include "labctl/base/file.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/handout.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

constexpr const char* kZone = "m001.mail.nic.example";

class ByHand : public ::testing::Test {
 protected:
  Result<RunVerdict> try_check(std::vector<std::string> steps = {}, bool all = false,
                               const std::string& participant = "m001") {
    return check(lab.ports(), course,
                 {.participant = participant, .steps = std::move(steps), .all = all, .state_dir = directory.path()});
  }
  /// "2-1 pass, 2-2 skip"
  std::string checked(std::vector<std::string> steps = {}, bool all = false) {
    const auto verdict = try_check(std::move(steps), all);
    if (!verdict) return render(verdict.error());
    std::string text;
    for (const auto& step : verdict->participants.at(0).steps)
      text += (text.empty() ? "" : ", ") + step.step + " " + std::string(name_of(step.outcome));
    return text;
  }
  void send(const std::string& host, lab::MailOrder::Via via, const std::string& to,
            const std::string& body = "x\r\n") {
    const std::string from = std::string("user-a@") + kZone;
    ASSERT_TRUE(lab.mail
                    .deliver({.from_host = host,
                              .via = via,
                              .mail_from = from,
                              .rcpt_to = to + "@" + kZone,
                              .message = "From: " + from + "\r\nSubject: S\r\n\r\n" + body})
                    .has_value());
  }
  void spoof() { send("rogue-mailer", lab::MailOrder::Via::direct, "user-a"); }
  void legitimate() { send("sender.m001", lab::MailOrder::Via::submission, "user-b"); }
  void log_in() {
    lab.clock.pause(Milliseconds(20));
    lab.hosts.journal_time = std::chrono::duration<double>(lab.clock.wall().time_since_epoch()).count();
    lab.hosts.journal["receiver.m001"] = "Accepted publickey for user-a from 198.18.0.22 port 1 ssh2\n";
  }
  void open(const std::string& step) {
    const auto opened = open_step(lab.ports(), course, "m001", step, directory.path());
    ASSERT_TRUE(opened.has_value()) << render(opened.error());
  }

  fakes::FakeLab lab{2};
  TemporaryDirectory directory;
  std::vector<Scenario> course = find_scenarios({kCourse}).value();
};

TEST_F(ByHand, TheCourseStepByStep) {
  EXPECT_EQ(checked(), "0-1 skip");
  log_in();
  EXPECT_EQ(checked(), "0-1 pass");
  EXPECT_EQ(checked(), "0-2 pass");
  EXPECT_EQ(checked(), "0-3 pass");
  EXPECT_EQ(checked(), "1-0a pass");
  EXPECT_EQ(checked(), "1-0b pass");
  EXPECT_EQ(checked(), "1-1 skip");
  spoof();
  EXPECT_EQ(checked(), "1-1 pass");
  EXPECT_EQ(checked(), "2-1 skip");
  lab.zones.edit_by_hand(kZone, "@ 3600 TXT \"v=spf1 ip4:198.18.1.12 -all\"");
  EXPECT_EQ(checked(), "2-1 pass");
  legitimate();
  EXPECT_EQ(checked(), "2-2 pass");
  EXPECT_EQ(checked(), "2-3 skip");
  spoof();
  EXPECT_EQ(checked(), "2-3 pass");
  EXPECT_EQ(checked(), "3-1 skip");
  lab.hosts.files["sender.m001"] = {
      {"/etc/opendkim/key.table",
       std::string("sel1._domainkey.") + kZone + " " + kZone + ":sel1:/etc/dkimkeys/sel1.private\n"},
      {"/etc/opendkim/signing.table", std::string("*@") + kZone + " sel1._domainkey." + kZone + "\n"},
      {"/etc/dkimkeys/sel1.txt", "sel1._domainkey IN TXT ( \"v=DKIM1; k=rsa; \" \"p=KEYX\" )\n"},
      {"/etc/dkimkeys/sel1.private", "PRIVATE KEYX"}};
  EXPECT_EQ(checked(), "3-1 pass");
  EXPECT_EQ(checked(), "3-2 skip");
  lab.zones.edit_by_hand(kZone, "sel1._domainkey TXT \"v=DKIM1; k=rsa; p=KEYX\"");
  EXPECT_EQ(checked(), "3-2 pass");
  legitimate();
  EXPECT_EQ(checked(), "3-3 pass");
  EXPECT_EQ(checked(), "3-4 skip");
  const auto signature = std::string("DKIM-Signature: v=1; d=") + kZone + "; s=sel1; bh=1; b=KEYX;\r\n";
  ASSERT_TRUE(lab.mail
                  .deliver({.from_host = "rogue-mailer",
                            .mail_from = std::string("user-a@") + kZone,
                            .rcpt_to = std::string("user-a@") + kZone,
                            .message = signature + "From: user-a@" + kZone + "\r\n\r\naltered\r\n"})
                  .has_value());
  EXPECT_EQ(checked(), "3-4 pass");
  for (const auto& [policy, first] :
       std::vector<std::pair<std::string, int>>{{"none", 1}, {"quarantine", 4}, {"reject", 7}}) {
    lab.zones.edit_by_hand(kZone, "_dmarc TXT \"v=DMARC1; p=" + policy + ";\"");
    EXPECT_EQ(checked(), "4-" + std::to_string(first) + " pass");
    spoof();
    EXPECT_EQ(checked(), "4-" + std::to_string(first + 1) + " pass");
    legitimate();
    EXPECT_EQ(checked(), "4-" + std::to_string(first + 2) + " pass");
  }
  // All of it was kept: p=none and p=quarantine are long gone from the zone.
  const auto all = try_check({}, true);
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->outcome, Outcome::pass) << failures(*all);
  EXPECT_EQ(checked(), checked({}, true));
}

TEST_F(ByHand, WhatARunDidIsNotTheParticipantsWork) {
  log_in();
  lab.clock.pause(Milliseconds(20));
  ASSERT_TRUE(begin_open_step_anew(lab.ports(), course, "m001", directory.path()));
  EXPECT_EQ(checked(), "0-1 skip");
  log_in();
  EXPECT_EQ(checked(), "0-1 pass");
  open("1-1");
  spoof();
  ASSERT_TRUE(begin_open_step_anew(lab.ports(), course, "m001", directory.path()));
  EXPECT_EQ(checked(), "1-1 skip");
  EXPECT_EQ(checked({"0-1"}), "0-1 pass") << "what had passed was lost";
}

TEST_F(ByHand, OldMailIsNoEvidence) {
  spoof();
  open("1-1");
  EXPECT_EQ(checked({"1-1"}), "1-1 skip");
  spoof();
  EXPECT_EQ(checked({"1-1"}), "1-1 pass");
  open("1-1");
  EXPECT_EQ(checked({"1-1"}), "1-1 skip");
}

TEST_F(ByHand, AWrongEditFailsWithItsReasonAndCanBeMended) {
  open("2-1");
  lab.zones.edit_by_hand(kZone, "@ TXT \"v=spf1 ip4:198.18.1.99 -all\"");
  const auto verdict = try_check();
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->outcome, Outcome::fail);
  const auto& expectation = step_of(*verdict, "2-1").expectations.front();
  EXPECT_NE(expectation.actual.find("198.18.1.99"), std::string::npos);
  EXPECT_NE(expectation.why.en.find("198.18.1.12"), std::string::npos);
  EXPECT_FALSE(expectation.why.ja.empty());
  lab.zones.edit_by_hand(kZone, "@ TXT \"v=spf1 ip4:198.18.1.12 -all\"");
  EXPECT_EQ(checked(), "2-1 pass");
}

TEST_F(ByHand, AStepThatIsNotOpenSaysWhatComesFirst) {
  spoof();
  const auto verdict = try_check({"1-1"});
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->outcome, Outcome::skip);
  EXPECT_NE(step_of(*verdict, "1-1").expectations.front().why.en.find("0-1 comes first"), std::string::npos);
}

TEST_F(ByHand, AllGoesOnAsFarAsItPasses) {
  log_in();
  const auto verdict = try_check({}, true);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(step_of(*verdict, "1-0b").outcome, Outcome::pass);
  EXPECT_EQ(step_of(*verdict, "1-1").outcome, Outcome::skip);
  EXPECT_EQ(step_of(*verdict, "4-9").outcome, Outcome::skip);
}

TEST_F(ByHand, TroubleIsAnErrorAndTheStepStaysOpen) {
  open("2-1");
  lab.zones.fail = timeout_error("no answer", "receiver.m001: knot").error();
  EXPECT_EQ(checked(), "2-1 error");
  lab.zones.fail.reset();
  EXPECT_EQ(checked(), "2-1 skip");
}

TEST_F(ByHand, UnknownNamesAreBadUsage) {
  EXPECT_EQ(try_check({"4-22"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(try_check({}, false, "m01").error().hint, "did you mean 'm001'?");
  EXPECT_EQ(open_step(lab.ports(), course, "m001", "x", directory.path()).error().kind, ErrorKind::usage);
}

TEST_F(ByHand, ADamagedStateIsAnErrorWithTheWayOut) {
  ASSERT_TRUE(write_file(directory.path() + "/m001.json", "{}"));
  const auto verdict = try_check();
  ASSERT_FALSE(verdict.has_value());
  EXPECT_NE(verdict.error().hint.find("rm "), std::string::npos);
}

TEST_F(ByHand, TheHandoutHasTheParticipantsOwnNames) {
  const auto made = handout(lab.ports(), course, "m002", Language::en);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  const auto english = render(*made, Language::en);
  for (const char* part :
       {"receiver# knotc zone-freeze m002.mail.nic.example", "receiver# vi /var/lib/knot/m002.mail.nic.example.zone",
        "receiver# knotc zone-thaw m002.mail.nic.example", "receiver# knotc zone-reload m002.mail.nic.example",
        "$ ssh user-a@island.mail.nic.example", "island$ ssh receiver.m002.mail.nic.example", "receiver$ sudo -s",
        "receiver# systemctl status knot.service", "rogue-mailer$ swaks --server receiver.m002.mail.nic.example",
        "secret-of-m002", "198.18.2.12", "4-9. Legitimate mail (p=reject)"})
    EXPECT_NE(english.find(part), std::string::npos) << part;
  EXPECT_EQ(english.find("m001"), std::string::npos);
  EXPECT_EQ(english.find('{'), std::string::npos);
  const auto japanese = handout(lab.ports(), course, "m002", Language::ja);
  ASSERT_TRUE(japanese.has_value());
  EXPECT_NE(render(*japanese, Language::ja).find("0-1. SSHログイン"), std::string::npos);
  EXPECT_FALSE(handout(lab.ports(), course, "m003", Language::en).has_value());
}

}  // namespace
}  // namespace labctl::scenario
