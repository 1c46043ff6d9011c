#include "labctl/cli/predicting.h"

#include <gmock/gmock.h>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The beginning of a row: its message passes SPF, or fails.
const std::string kPassing = "\n[[row]]\ntitle = 'R'\nrecords = ['@ 20 TXT \"v=spf1 ip4:{sender_address} -all\"']\n";
const std::string kFailing = "\n[[row]]\ntitle = 'R'\nrecords = ['@ 20 TXT \"v=spf1 -all\"']\n";

constexpr const char* kLessons = R"(
title = "T"
teaches = ["RFC 7208 section 2.6"]
[each]
from_host = "{sender}"
mail_from = "user-a@{zone}"
rcpt_to = "user-b@{zone}"
expect = { disposition = "inbox" }
)";

/// Plays rows of lessons and predicts them; the messages of predictions.json.
class PredictingTest : public testing::Test {
 protected:
  PredictingTest() {
    // What a zone has from its start, and no fake makes.
    lab.zones.zones["m001.mail.nic.example"].push_back(
        dns::parse_record("@ SOA ns hostmaster 1 1 1 1 1", "m001.mail.nic.example").value());
  }

  Json predicted(const std::string& rows) { return predicted_of(kLessons + rows); }
  Json predicted_of(const std::string& table) {
    const std::string path = directory.path() + "/t.toml";
    EXPECT_TRUE(write_file(path, table).has_value());
    const auto lessons = scenario::load_scenarios_of(path, "x/t");
    if (!lessons) throw std::runtime_error(render(lessons.error()));
    const std::string run_dir = directory.path() + "/run";
    const auto ports = lab.ports();
    scenario::Recorder recorder;
    Predicting predicting(ports, run_dir, recorder);
    const auto ran = scenario::run(ports, *lessons, {.participants = {"m001"}, .run_dir = run_dir}, predicting);
    if (!ran) throw std::runtime_error(render(ran.error()));
    const auto report = predicting.report(Language::en);
    if (!report) throw std::runtime_error(render(report.error()));
    told = *report;
    return Json::parse(read_file(run_dir + "/predictions.json").value()).at("messages");
  }

  /// The receiver writes another result of SPF.
  void have_spf(const std::string& said, const std::string& instead_of) {
    lab.mail.tamper = [said, instead_of](evidence::MailSeen& mail) {
      const auto at = mail.stored->raw.find("spf=" + instead_of);
      if (at != std::string::npos) mail.stored->raw.replace(at, 4 + instead_of.size(), "spf=" + said);
    };
  }

  fakes::FakeLab lab;
  scenario::TemporaryDirectory directory;
  std::string told;
};

const std::string kListed = "deviates = 'RFC 7208 section 8.3'\ntext = 'It is mild.'\n";

TEST_F(PredictingTest, WhatALessonListsIsToldWithItsReason) {
  have_spf("softfail", "pass");
  const auto messages = predicted(kPassing + "id = 'a'\n" + kListed + kPassing + "id = 'b'\n");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("listed"), "RFC 7208 section 8.3");
  ASSERT_EQ(messages[0].at("differences").size(), 1U) << messages[0].dump(1);
  EXPECT_EQ(messages[0].at("differences")[0].at("cause"), "receiver");
  EXPECT_EQ(messages[1].at("listed"), "");
  ASSERT_EQ(messages[1].at("differences").size(), 1U) << messages[1].dump(1);
  EXPECT_EQ(messages[1].at("differences")[0].at("cause"), "evaluator");
  EXPECT_NE(told.find("m001 t-a: spf predicted pass, seen softfail [receiver]: It is mild."), std::string::npos)
      << told;
}

// The live tests look for what is listed and differs in nothing.
TEST_F(PredictingTest, WhatIsListedAndNotSeenIsStillTold) {
  const auto messages = predicted(kPassing + "id = 'a'\n" + kListed);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].at("listed"), "RFC 7208 section 8.3");
  EXPECT_TRUE(messages[0].at("differences").empty()) << messages[0].dump(1);
}

TEST_F(PredictingTest, AStackHasTheLastWordOnItself) {
  const auto messages = predicted(
      kPassing + "id = 'a'\n" + kListed + "at.rspamd = { expect = { disposition = 'inbox' }, differs = 'No.' }\n" +
      kPassing + "id = 'b'\n" +
      "at.rspamd = { expect = { disposition = 'inbox' }, differs = 'Yes.', deviates = 'RFC 7208 section 4.5' }\n");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("listed"), "");
  EXPECT_EQ(messages[1].at("listed"), "RFC 7208 section 4.5");
}

TEST_F(PredictingTest, WhatAnEarlierRowPublishedIsInNoCache) {
  have_spf("pass", "fail");
  const auto messages = predicted(kPassing + "id = 'a'\n" + kFailing + "id = 'b'\n");
  ASSERT_EQ(messages.size(), 2U);
  ASSERT_FALSE(messages[1].at("differences").empty()) << messages[1].dump(1);
  EXPECT_EQ(messages[1].at("differences")[0].at("cause"), "evaluator");
}

TEST_F(PredictingTest, WhatTheSameRowPublishedEarlierMayBe) {
  have_spf("fail", "pass");
  const auto messages = predicted(kFailing +
                                  "id = 'a'\nmend = ['@ 20 TXT \"v=spf1 ip4:{sender_address} -all\"']\n"
                                  "mended = { disposition = 'inbox' }\n");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_TRUE(messages[0].at("differences").empty()) << messages[0].dump(1);
  ASSERT_FALSE(messages[1].at("differences").empty()) << messages[1].dump(1);
  EXPECT_EQ(messages[1].at("differences")[0].at("cause"), "cache");
}

TEST_F(PredictingTest, ZonesOfForwardersAreLookedAt) {
  lab.topology = topology::make_topology({.participants = 1, .with = {"forwarder"}}).value();
  for (const auto* text : {"@ SOA ns hostmaster 1 1 1 1 1", "@ TXT \"v=spf1 ip4:198.18.1.12 -all\""})
    lab.zones.zones["forward.example"].push_back(dns::parse_record(text, "forward.example").value());
  const auto messages = predicted(kPassing + "id = 'a'\nmail_from = 'user-a@forward.example'\n");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].at("predicted").at("spf"), "pass");
  EXPECT_TRUE(messages[0].at("differences").empty()) << messages[0].dump(1);
}

TEST_F(PredictingTest, EachMessageOfADayIsPredicted) {
  const auto messages = predicted_of(scenario::kDayTable);
  EXPECT_EQ(told, "prediction: of 6 messages 6 came out as predicted\n");
  std::map<std::string, int> kinds;
  for (const auto& message : messages) {
    ++kinds[message.at("kind")];
    EXPECT_EQ(message.at("step"), "t-a");
    EXPECT_EQ(message.at("predicted").at("spf"), message.at("kind") == "own" ? "pass" : "fail");
  }
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"own", 4}, {"forged", 2}}));
}

TEST_F(PredictingTest, WhatSeveralOfAKindHaveInCommonIsToldOnce) {
  lab.mail.tamper = [](evidence::MailSeen& mail) {
    if (mail.from_host == "rogue-mailer") mail.stored->folder = "INBOX";
  };
  predicted_of(scenario::kDayTable);
  EXPECT_THAT(told, HasSubstr("of 6 messages 4 came out as predicted"));
  EXPECT_THAT(told, HasSubstr("  m001 t-a forged: disposition predicted quarantine, seen none [evaluator]: "));
  EXPECT_THAT(told, HasSubstr(" (x2)\n"));
  EXPECT_THAT(told, Not(HasSubstr("t-a own")));
}

TEST_F(PredictingTest, WhatCannotBePredictedIsTold) {
  lab.mail.tamper = [](evidence::MailSeen& mail) { mail.client_address = "nowhere"; };
  predicted_of(scenario::kDayTable);
  EXPECT_THAT(told, HasSubstr("of 6 messages 0 came out as predicted"));
  EXPECT_THAT(told, HasSubstr("  m001 t-a own: the message has no client address"));
  EXPECT_THAT(told, HasSubstr(" (x4)\n"));
}

}  // namespace
}  // namespace labctl::cli
