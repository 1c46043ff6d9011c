#include <gtest/gtest.h>

#include <filesystem>

#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/runner.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

class HandsOn : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto found = find_scenarios({kCourse});
    ASSERT_TRUE(found.has_value()) << render(found.error());
    course = *found;
  }

  RunVerdict play(fakes::FakeLab& lab, const std::vector<std::string>& participants = {"m001"}) {
    Recorder recorder;
    const auto verdict =
        run(lab.ports(), course, {.participants = participants, .jobs = 4, .run_dir = directory.path()}, recorder);
    EXPECT_TRUE(verdict.has_value()) << render(verdict.error());
    return verdict.value_or(RunVerdict{});
  }

  TemporaryDirectory directory;
  std::vector<Scenario> course;
};

TEST_F(HandsOn, PassesTwiceInARow) {
  fakes::FakeLab lab(3);
  for (int round = 0; round < 2; ++round) {
    const auto verdict = play(lab, {"m001", "m002", "m003"});
    EXPECT_EQ(verdict.outcome, Outcome::pass) << failures(verdict);
    EXPECT_EQ(verdict.participants.size(), 3U);
    EXPECT_EQ(verdict.participants[0].steps.size(), 22U);
  }
}

TEST_F(HandsOn, AloneAndTogetherAreTheSame) {
  fakes::FakeLab alone(3);
  fakes::FakeLab together(3);
  const auto all = play(together, {"m001", "m002", "m003"});
  for (std::size_t i = 0; i < all.participants.size(); ++i) {
    const auto one = play(alone, {all.participants[i].participant});
    EXPECT_EQ(outcomes(one.participants[0]), outcomes(all.participants[i]));
  }
}

TEST_F(HandsOn, AWrongSpfAddressFailsTheMailThatNeedsItOnly) {
  fakes::FakeLab lab;
  lab.mail.on_deliver = [&] {
    if (!lab.zones.txt("m001.mail.nic.example", "m001.mail.nic.example.", "v=spf1").empty())
      lab.zones.edit_by_hand("m001.mail.nic.example", "@ TXT \"v=spf1 ip4:198.18.9.9 -all\"");
  };
  // Legitimate mail is signed from 3-3 on, so DMARC passes; but each of them names spf=pass.
  EXPECT_EQ(not_passed(play(lab)), "2-2 fail, 3-3 fail, 4-3 fail, 4-6 fail, 4-9 fail");
}

TEST_F(HandsOn, AMissingSelectorFailsTheSignedMailOnly) {
  fakes::FakeLab lab;
  lab.mail.on_deliver = [&] {
    std::erase_if(lab.zones.zones["m001.mail.nic.example"],
                  [](const dns::Record& record) { return record.owner.starts_with("sel1."); });
  };
  EXPECT_EQ(not_passed(play(lab)), "3-3 fail, 3-4 fail, 4-3 fail, 4-6 fail, 4-9 fail");
}

TEST_F(HandsOn, PolicyNoneLeftInPlaceFailsWhatTheOtherPoliciesTeach) {
  fakes::FakeLab lab;
  lab.mail.on_deliver = [&] {
    if (!lab.zones.txt("m001.mail.nic.example", "_dmarc.m001.mail.nic.example.", "v=DMARC1").empty())
      lab.zones.edit_by_hand("m001.mail.nic.example", "_dmarc TXT \"v=DMARC1; p=none;\"");
  };
  EXPECT_EQ(not_passed(play(lab)), "4-5 fail, 4-6 fail, 4-8 fail, 4-9 fail");
}

TEST_F(HandsOn, AFilterThatIsAwayIsAnErrorThatNamesIt) {
  fakes::FakeLab lab;
  lab.mail.fail = lab_error("receiver.m001 can't ask the filter", "filter: rspamd").error();
  const auto verdict = play(lab);
  EXPECT_EQ(not_passed(verdict),
            "1-1 error, 2-2 error, 2-3 error, 3-3 error, 3-4 skip, 4-2 error, 4-3 error, 4-5 error, 4-6 error, 4-8 "
            "error, 4-9 error");
  const auto& step = step_of(verdict, "1-1");
  EXPECT_NE(step.expectations.front().why.en.find("filter: rspamd"), std::string::npos);
}

}  // namespace
}  // namespace labctl::scenario
