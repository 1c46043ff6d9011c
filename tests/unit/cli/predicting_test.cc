#include "labctl/cli/predicting.h"

#include <gmock/gmock.h>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/scenario/catalogue.h"
#include "tests/fakes/fake_ports.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTable = R"(
title = "T"
teaches = ["RFC 7489 section 6.7"]
[each]
rcpt_to = "user-b@{zone}"
records = ['@ 20 TXT "v=spf1 ip4:{sender_address} -all"']
[[each.flows]]
kind = "own"
title = "O"
sort = "legitimate"
count = 4
from_host = "{sender}"
mail_from = "user-a@{zone}"
[[each.flows]]
kind = "forged"
title = "F"
sort = "spoofed"
count = 3
from_host = "{rogue}"
mail_from = "user-a@{zone}"
[[row]]
id = "a"
title = "A"
records = ['_dmarc 20 TXT "v=DMARC1; p=quarantine"']
expect.dmarc_fails = { forged = 3 }
break = "policy"
)";

class PredictingTest : public testing::Test {
 protected:
  /// Plays the table's row and predicts; the report.
  std::string predicted() {
    EXPECT_TRUE(write_file(directory_.path() + "/t.toml", kTable));
    const auto rows = scenario::load_scenarios_of(directory_.path() + "/t.toml", "x/t");
    if (!rows) return render(rows.error());
    scenario::Recorder recorder;
    const auto ports = lab_.ports();
    Predicting predicting(ports, run_dir(), recorder);
    const auto verdict = scenario::run(ports, *rows, {.participants = {"m001"}, .run_dir = run_dir()}, predicting);
    if (!verdict) return render(verdict.error());
    EXPECT_THAT(recorder.heard, testing::Contains("m001 ended t-a pass"));
    return predicting.report(Language::en).value_or("no report");
  }
  [[nodiscard]] std::string run_dir() const { return directory_.path() + "/run"; }
  [[nodiscard]] Json messages() const {
    return Json::parse(read_file(run_dir() + "/predictions.json").value_or("{}")).at("messages");
  }

  fakes::FakeLab lab_;
  fakes::TemporaryDirectory directory_;
};

TEST_F(PredictingTest, EachMessageOfADayIsPredicted) {
  EXPECT_EQ(predicted(), "prediction: of 7 messages 7 came out as predicted\n");
  std::map<std::string, int> kinds;
  for (const auto& message : messages()) {
    ++kinds[message.at("kind")];
    EXPECT_EQ(message.at("step"), "t-a");
    EXPECT_EQ(message.at("predicted").at("spf"), message.at("kind") == "own" ? "pass" : "fail");
  }
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"own", 4}, {"forged", 3}}));
}

TEST_F(PredictingTest, WhatSeveralOfAKindHaveInCommonIsToldOnce) {
  int forged = 0;
  lab_.mail.tamper = [&](evidence::MailSeen& mail) {
    if (mail.from_host == "rogue-mailer" && forged++ < 2) mail.stored->folder = "INBOX";
  };
  const auto report = predicted();
  EXPECT_THAT(report, HasSubstr("of 7 messages 5 came out as predicted"));
  EXPECT_THAT(report, HasSubstr("  m001 t-a forged: disposition predicted quarantine, seen none [evaluator]: "));
  EXPECT_THAT(report, HasSubstr(" (x2)\n"));
  EXPECT_THAT(report, Not(HasSubstr("t-a own")));
}

TEST_F(PredictingTest, WhatCannotBePredictedIsTold) {
  lab_.mail.tamper = [&](evidence::MailSeen& mail) { mail.client_address = "nowhere"; };
  const auto report = predicted();
  EXPECT_THAT(report, HasSubstr("of 7 messages 0 came out as predicted"));
  EXPECT_THAT(report, HasSubstr("  m001 t-a own: the message has no client address"));
  EXPECT_THAT(report, HasSubstr(" (x4)\n"));
}

}  // namespace
}  // namespace labctl::cli
