#include <gtest/gtest.h>

#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

// A lab that can't answer never makes a pass or a fail.
namespace labctl::scenario {
namespace {

constexpr std::string_view kChangeAndSend = R"(
title = "T"
[[step]]
id = "1"
do = "zone.set"
record = '_dmarc 20 TXT "v=DMARC1; p=quarantine;"'
title = "S"
[[step]]
id = "2"
do = "mail.send"
from_host = "{rogue}"
mail_from = "user-a@{zone}"
rcpt_to = "user-a@{zone}"
title = "S"
[[expect]]
step = "1"
txt = { _dmarc = ["p=quarantine"] }
[[expect]]
step = "2"
disposition = "inbox"
)";

class Trouble : public ::testing::Test {
 protected:
  RunVerdict play(const std::vector<Scenario>& scenarios) {
    return run(lab.ports(), scenarios, {.participants = {"m001"}, .jobs = 1, .run_dir = directory.path() + "/run"},
               recorder)
        .value();
  }
  void without_dns() {
    lab.mail.tamper = [](evidence::MailSeen& mail) {
      auto& raw = mail.stored->raw;
      raw.replace(raw.find("dmarc="), 6, "dmarc=temperror;\r\n\tx=");
    };
  }

  fakes::FakeLab lab{1};
  TemporaryDirectory directory;
  Recorder recorder;
};

TEST_F(Trouble, WhatStandsOnAChangeThatWasNotMadeIsNotPlayedAndIsAnError) {
  lab.zones.fail = lab_error("it does not answer", "receiver.m001: knot").error();
  const auto verdict = play({parsed(kChangeAndSend, "course/a"), parsed(kChangeAndSend, "course/b")});
  EXPECT_EQ(not_passed(verdict), "1 error, 2 error, 1 error, 2 error");
  EXPECT_TRUE(lab.mail.orders.empty());
  EXPECT_EQ(step_of(verdict, "2").expectations.front().why.en,
            "receiver.m001: knot: it stands on step 1, which could not be done: it does not answer");
  EXPECT_EQ(recorder.heard.back(), "m001 ended 2 error");
  EXPECT_EQ(not_passed(grade(directory.path() + "/run").value()), not_passed(verdict));
}

TEST_F(Trouble, ScenariosOfNoCourseStandEachForThemselves) {
  lab.zones.fail = lab_error("it does not answer", "receiver.m001: knot").error();
  lab.mail.on_deliver = [this] { lab.zones.fail.reset(); };
  const auto sends = std::string(kChangeAndSend.substr(0, kChangeAndSend.find("[[step]]"))) +
                     std::string(kChangeAndSend.substr(
                         kChangeAndSend.find("[[step]]\nid = \"2\""),
                         kChangeAndSend.find("[[expect]]") - kChangeAndSend.find("[[step]]\nid = \"2\""))) +
                     "[[expect]]\nstep = \"2\"\ndisposition = \"inbox\"\n";
  EXPECT_EQ(not_passed(play({parsed(kChangeAndSend, "a"), parsed(sends, "b")})), "1 error, 2 error");
}

TEST_F(Trouble, AFilterWithoutDnsAnswersDecidesNothing) {
  without_dns();
  const auto scenario = parsed(kChangeAndSend);
  const auto verdict = play({scenario});
  EXPECT_EQ(not_passed(verdict), "2 error");
  EXPECT_EQ(step_of(verdict, "2").expectations.front().why.en,
            "resolver: the filter of receiver.m001 got no answer from the DNS (dmarc=temperror)");
}

TEST_F(Trouble, TheNameServerWithoutAnAnswerIsNamed) {
  without_dns();
  const auto refuse = [this] { lab.zones.fail = lab_error("it does not answer", "receiver.m001: knot").error(); };
  lab.mail.on_deliver = refuse;
  EXPECT_EQ(step_of(play({parsed(kChangeAndSend)}), "2").expectations.front().why.en,
            "receiver.m001: knot: the filter of receiver.m001 got no answer from the DNS (dmarc=temperror)");
  lab.zones.fail.reset();
  lab.mail.fail = lab_error("it could not look up the receiver", "sender.m001: postfix").error();
  EXPECT_EQ(step_of(play({parsed(kChangeAndSend)}), "2").expectations.front().why.en,
            "receiver.m001: knot: it does not answer; sender.m001: postfix: it could not look up the receiver");
}

TEST_F(Trouble, ALessonAboutItMayExpectIt) {
  without_dns();
  auto text = std::string(kChangeAndSend) + "auth = { dmarc = 'temperror' }\n";
  EXPECT_EQ(not_passed(play({parsed(text)})), "2 fail") << "the disposition is junk";
}

}  // namespace
}  // namespace labctl::scenario
