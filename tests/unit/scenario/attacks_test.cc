#include <gtest/gtest.h>

#include "labctl/mail/message.h"
#include "labctl/scenario/attack_table.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/play.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

/// What `spoof = outcome` says of a message with these header fields, sent by the rogue mailer under a policy.
std::string attack_outcome(const std::string& policy, const std::string& fields, const char* outcome) {
  fakes::FakeLab lab;
  constexpr const char* kZone = "m001.mail.nic.example";
  lab.zones.edit_by_hand(kZone, "@ TXT \"v=spf1 ip4:198.18.1.12 -all\"");
  lab.zones.edit_by_hand(kZone, "_dmarc TXT \"v=DMARC1; p=" + policy + ";\"");
  const auto seen = lab.mail
                        .deliver({.from_host = "rogue-mailer",
                                  .mail_from = std::string("user-a@") + kZone,
                                  .rcpt_to = std::string("user-a@") + kZone,
                                  .message = fields + "Subject: S\r\n\r\nx\r\n",
                                  .token = "t"})
                        .value();
  const config::Value expected{.type = config::Type::string, .text = outcome};
  return std::string(
      name_of(find_expectation_kind("spoof")->judge(expected, {.participant = "m001", .seen = seen}).at(0).outcome));
}

TEST(Spoof, WhatTheReaderIsToldCounts) {
  const std::string forged = "From: president@m001.mail.nic.example\r\n";
  EXPECT_EQ(attack_outcome("reject", forged, "blocked"), "pass");
  EXPECT_EQ(attack_outcome("reject", forged, "fooled"), "fail");
  EXPECT_EQ(attack_outcome("quarantine", forged, "labelled"), "pass");
  EXPECT_EQ(attack_outcome("none", forged, "labelled"), "pass") << "it says dmarc=fail";
  EXPECT_EQ(attack_outcome("none", forged, "blocked"), "fail");
  EXPECT_EQ(attack_outcome("", forged, "fooled"), "pass") << "nothing speaks against it";
  EXPECT_EQ(attack_outcome("", "From: somebody@elsewhere.example\r\n", "blocked"), "pass") << "the victim is not named";
}

TEST(Spoof, EachPublishedCaseIsInTheTable) {
  const auto table = attack_table(find_scenarios({"lessons"}).value());
  for (int number = 1; number <= 19; ++number)
    EXPECT_NE(table.find(fmt::format("server_a{}:", number)), std::string::npos) << number;
  for (int number = 1; number <= 3; ++number)
    EXPECT_NE(table.find(fmt::format("client_a{}:", number)), std::string::npos) << number;
  EXPECT_EQ(table.find("?"), std::string::npos);
}

TEST(MailRaw, TheSmuggledMessageCarriesTheToken) {
  fakes::FakeLab lab;
  const auto scenario = parsed(
      "title = 'T'\n[[step]]\nid = '1'\ntitle = 'S'\ndo = 'mail.raw'\nfrom_host = '{rogue}'\nmail_from = "
      "'a@{zone}'\nrcpt_to = 'user-b@{zone}'\nsmuggle = \"\\n.\\n\"\n[[expect]]\nstep = '1'\nspoof = 'fooled'\n");
  const auto& step = scenario.steps.front();
  const auto made = observe_step(lab.ports(), lab.topology.participants.front(), scenario, step, {}, step.kind->play);
  ASSERT_TRUE(made.has_value());
  ASSERT_EQ(lab.mail.orders.size(), 1U);
  const auto& order = lab.mail.orders.front();
  EXPECT_TRUE(order.raw);
  EXPECT_FALSE(order.odd_header);
  const auto end = order.message.find(
      "\n.\nMAIL FROM:<a@m001.mail.nic.example>\r\nRCPT TO:<user-b@m001.mail.nic.example>"
      "\r\nDATA\r\n");
  ASSERT_NE(end, std::string::npos) << order.message;
  EXPECT_GT(order.message.find(order.token), end);
}

}  // namespace
}  // namespace labctl::scenario
