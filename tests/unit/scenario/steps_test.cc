#include <gtest/gtest.h>

#include "labctl/scenario/play.h"
#include "labctl/scenario/steps/dkim_tools.h"
#include "labctl/scenario/steps/resent_message.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

constexpr const char* kStepZone = "m001.mail.nic.example";

class Steps : public ::testing::Test {
 protected:
  /// Plays a step, given as the lines of its table without id and title.
  evidence::StepEvidence play(const std::string& lines, const std::string& expect, const EvidenceByStep& so_far = {}) {
    const auto scenario =
        parsed("title = 'T'\n[[step]]\nid = '1'\ntitle = 'S'\n" + lines + "\n[[expect]]\nstep = '1'\n" + expect + "\n");
    const auto& step = scenario.steps.front();
    const auto made =
        observe_step(lab.ports(), lab.topology.participants.front(), scenario, step, so_far, step.kind->play);
    EXPECT_TRUE(made.has_value());
    return made.value_or(evidence::StepEvidence{});
  }
  [[nodiscard]] bool ran(const std::string& command) const {
    return std::ranges::find(lab.hosts.runs, command) != lab.hosts.runs.end();
  }

  fakes::FakeLab lab;
};

TEST_F(Steps, HostLoginGoesThroughTheLogin) {
  const auto made = play("do = 'host.login'\nhost = '{receiver}'\ncommand = 'id -un'", "exit = 0");
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).output, "root\n");
  EXPECT_TRUE(ran("receiver.m001: login: id -un"));
}

TEST_F(Steps, HostRunPassesItsArgumentsAsTheyAre) {
  const auto made = play("do = 'host.run'\nhost = '{sender}'\nargv = ['echo', 'a b; c']", "exit = 0");
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).argv, (std::vector<std::string>{"echo", "a b; c"}));
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).output, "a b; c");
}

TEST_F(Steps, AFailingCommandIsEvidenceNotTrouble) {
  lab.hosts.failing = {"echo"};
  const auto made = play("do = 'host.run'\nhost = '{sender}'\nargv = ['echo']", "exit = 0");
  EXPECT_FALSE(made.trouble.has_value());
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).exit_status, 1);
}

TEST_F(Steps, AHostThatIsAwayIsTrouble) {
  lab.hosts.fail = lab_error("it is down", "receiver.m001", "labctl up").error();
  const auto made = play("do = 'service.active'\nhost = '{receiver}'\nunit = 'knot.service'", "service = 'active'");
  ASSERT_TRUE(made.trouble.has_value());
  EXPECT_EQ(made.trouble->culprit, "receiver.m001");
  EXPECT_EQ(made.trouble->hint, "labctl up");
}

TEST_F(Steps, ZoneSetReplacesOnlyItsOwnKind) {
  lab.zones.edit_by_hand(kStepZone, "@ TXT \"something else\"");
  play("do = 'zone.set'\nrecord = '@ TXT \"v=spf1 -all\"'", "records = ['@ TXT \"v=spf1 -all\"']");
  const auto made = play("do = 'zone.set'\nrecord = '@ TXT \"v=spf1 ~all\"'", "records = ['@ TXT \"v=spf1 ~all\"']");
  EXPECT_EQ(lab.zones.edits.size(), 2U);
  EXPECT_EQ(std::get<evidence::ZoneEdited>(made.seen).authority.answers.at(0).records.size(), 2U);
  EXPECT_EQ(lab.zones.txt(kStepZone, std::string(kStepZone) + ".", "v=spf1"), "v=spf1 ~all");
}

TEST_F(Steps, ZoneSetAgainChangesNothingAndLooksAllTheSame) {
  const std::string set = "do = 'zone.set'\nrecord = '@ TXT \"v=spf1 -all\"'";
  play(set, "records = ['@ TXT \"v=spf1 -all\"']");
  const auto made = play(set, "records = ['@ TXT \"v=spf1 -all\"']");
  EXPECT_EQ(lab.zones.edits.size(), 1U);
  EXPECT_EQ(std::get<evidence::ZoneEdited>(made.seen).authority.answers.at(0).records.at(0).rdata, "\"v=spf1 -all\"");
}

TEST_F(Steps, ZoneUnsetRemovesAllNamesInOneEdit) {
  lab.zones.edit_by_hand(kStepZone, "@ TXT \"v=spf1 -all\"");
  lab.zones.edit_by_hand(kStepZone, "_dmarc TXT \"v=DMARC1; p=none\"");
  const auto made = play("do = 'zone.unset'\nnames = ['@ TXT', '_dmarc txt', 'no TXT']", "no_records = ['@ TXT']");
  EXPECT_EQ(lab.zones.edits.size(), 1U);
  const auto& answers = std::get<evidence::ZoneEdited>(made.seen).authority.answers;
  EXPECT_EQ(answers.size(), 3U);
  for (const auto& answer : answers) EXPECT_TRUE(answer.records.empty()) << answer.name;
}

TEST_F(Steps, ARecordThatKnotRefusesIsTrouble) {
  lab.zones.fail = lab_error("invalid rdata", "receiver.m001: knot").error();
  const auto made = play("do = 'zone.set'\nrecord = '@ TXT \"v=spf1 -all\"'", "records = ['@ TXT \"x\"']");
  ASSERT_TRUE(made.trouble.has_value());
  EXPECT_EQ(made.trouble->culprit, "receiver.m001: knot");
}

TEST_F(Steps, DkimKeyWritesTheTablesAndRestarts) {
  const auto made = play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
  EXPECT_FALSE(made.trouble.has_value());
  EXPECT_EQ(lab.hosts.file("sender.m001", "/etc/opendkim/key.table"),
            "sel1._domainkey.m001.mail.nic.example m001.mail.nic.example:sel1:/etc/dkimkeys/sel1.private\n");
  EXPECT_EQ(lab.hosts.file("sender.m001", "/etc/opendkim/signing.table"),
            "*@m001.mail.nic.example sel1._domainkey.m001.mail.nic.example\n");
  EXPECT_TRUE(ran("sender.m001: chown opendkim:opendkim /etc/dkimkeys/sel1.private"));
  EXPECT_TRUE(ran("sender.m001: systemctl restart opendkim.service"));
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).output.find("PRIVATE"), std::string::npos);
}

TEST_F(Steps, DkimKeyNamesTheProgramThatFailed) {
  for (const char* program : {"opendkim-genkey", "chown", "sh", "systemctl"}) {
    lab.hosts.failing = {program};
    const auto made = play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
    ASSERT_TRUE(made.trouble.has_value()) << program;
    EXPECT_EQ(made.trouble->culprit, std::string("sender.m001: ") + program);
  }
}

TEST_F(Steps, DkimKeyWaitsForOpendkimAndGivesUp) {
  lab.hosts.failing = {"bash"};
  const auto made = play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
  ASSERT_TRUE(made.trouble.has_value());
  EXPECT_EQ(made.trouble->culprit, "sender.m001: opendkim");
  EXPECT_NE(made.trouble->message.find("waited"), std::string::npos);
}

TEST_F(Steps, DkimRemoveLeavesAnIdleSignerAlone) {
  play("do = 'dkim.remove'", "lacks = 'sel1'");
  EXPECT_FALSE(ran("sender.m001: systemctl restart opendkim.service"));
  play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
  lab.hosts.runs.clear();
  const auto made = play("do = 'dkim.remove'", "lacks = 'sel1'");
  EXPECT_TRUE(ran("sender.m001: systemctl restart opendkim.service"));
  EXPECT_EQ(std::get<evidence::CommandSeen>(made.seen).output.find("sel1"), std::string::npos);
}

TEST_F(Steps, DkimPublishTakesTheSendersKey) {
  EXPECT_TRUE(play("do = 'dkim.publish'\nselector = 'sel1'", "txt = { 'sel1._domainkey' = 'p=' }").trouble.has_value());
  play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
  play("do = 'dkim.publish'\nselector = 'sel1'", "txt = { 'sel1._domainkey' = 'p=' }");
  play("do = 'dkim.key'\nselector = 'sel1'", "exit = 0");
  play("do = 'dkim.publish'\nselector = 'sel1'", "txt = { 'sel1._domainkey' = 'p=' }");
  EXPECT_EQ(lab.zones.txt(kStepZone, std::string("sel1._domainkey.") + kStepZone + ".", "v=DKIM1"),
            "v=DKIM1; h=sha256; k=rsa; p=KEY2");
}

TEST(DkimText, IsReadFromGenkeysFile) {
  EXPECT_EQ(published_text("s IN TXT ( \"v=DKIM1; k=rsa; \"\n \"p=AB\"\n \"CD\" ) ; key", "w").value(),
            "v=DKIM1; k=rsa; p=ABCD");
  for (const char* text : {"", "\"v=DKIM1", "\"p=x\"", "\"v=DKIM1; k=rsa\"", "no quotes"})
    EXPECT_FALSE(published_text(text, "w").has_value()) << text;
}

const std::string kMail = "from_host = '{rogue}'\nmail_from = 'user-a@{zone}'\nrcpt_to = 'user-b@{zone}'\n";

TEST_F(Steps, MailSendSaysWhatTheStepSays) {
  play("do = 'mail.send'\n" + kMail +
           "via = 'relay'\nhelo = 'h.example'\nfrom = 'X <x@{zone}>'\nsubject = 'Hello'\nmessage = 'spoofed.eml'",
       "disposition = 'inbox'");
  const auto& order = lab.mail.orders.at(0);
  EXPECT_EQ(order.from_host, "rogue-mailer");
  EXPECT_EQ(order.via, lab::MailOrder::Via::relay);
  EXPECT_EQ(order.helo, "h.example");
  EXPECT_EQ(order.mail_from, "user-a@m001.mail.nic.example");
  EXPECT_EQ(order.rcpt_to, "user-b@m001.mail.nic.example");
  const auto message = mail::Message::parse(order.message);
  EXPECT_EQ(message.first("From")->value(), "X <x@m001.mail.nic.example>");
  EXPECT_EQ(message.first("Subject")->value(), "Hello");
  EXPECT_NE(message.first("Message-ID"), nullptr);
}

TEST_F(Steps, MailSendGoesDirectWhenNothingIsSaid) {
  play("do = 'mail.send'\n" + kMail, "disposition = 'inbox'");
  EXPECT_EQ(lab.mail.orders.at(0).via, lab::MailOrder::Via::direct);
  EXPECT_TRUE(lab.mail.orders.at(0).helo.empty());
}

// A server keeps its configuration, and what it knows of the client, for the length of a connection.
TEST_F(Steps, OnlyAMessageRightBehindAnotherFollowsIt) {
  const std::pair<std::string, std::string> mail{"do = 'mail.send'\n" + kMail, "disposition = 'inbox'"};
  const std::pair<std::string, std::string> zone{"do = 'zone.set'\nrecord = '@ TXT \"v=spf1 -all\"'\n",
                                                 "records = ['@ TXT \"v=spf1 -all\"']"};
  const std::pair<std::string, std::string> host{"do = 'host.run'\nhost = '{sender}'\nargv = ['echo']\n", "exit = 0"};
  std::string text = "title = 'T'\n";
  int number = 0;
  for (const auto& [what, expect] : {mail, mail, zone, mail, host, mail})
    text +=
        fmt::format("[[step]]\nid = '{0}'\ntitle = 'S'\n{1}[[expect]]\nstep = '{0}'\n{2}\n", ++number, what, expect);
  const auto scenario = parsed(text);
  for (const auto& step : scenario.steps)
    EXPECT_TRUE(observe_step(lab.ports(), lab.topology.participants.front(), scenario, step, {}, step.kind->play));
  std::vector<bool> follows;
  for (const auto& order : lab.mail.orders) follows.push_back(order.follows);
  EXPECT_EQ(follows, (std::vector<bool>{false, true, false, false}));
}

TEST(ResentMessage, IsAsTheReceiverGotIt) {
  evidence::MailSeen mail{.authserv_id = "receiver.m001.example"};
  mail.stored =
      evidence::StoredMessage{"INBOX", 1,
                              "Return-Path: <a@x>\r\nDelivered-To: b@x\r\n"
                              "Received: from receiver.m001.example\r\n\tby receiver.m001.example with LMTP\r\n"
                              "X-Spam: Yes\r\n"
                              "Received: from sender.m001.example by receiver.m001.example (Postfix) with ESMTPS\r\n"
                              "Authentication-Results: receiver.m001.example; spf=pass\r\nARC-Seal: "
                              "i=1\r\nX-Spamd-Result: default\r\nX-Rspamd-Queue-Id: 1\r\n"
                              "DKIM-Signature: v=1;\r\n\tb=x\r\n"
                              "Received: from c by sender.m001.example (Postfix) with ESMTPSA\r\n"
                              "Authentication-Results: elsewhere.example; none\r\n"
                              "X-Labctl-Token: old\r\nFrom: a@x\r\n\r\nline\r\n"};
  const std::string kept =
      "DKIM-Signature: v=1;\r\n\tb=x\r\nReceived: from c by sender.m001.example (Postfix) with ESMTPSA\r\n"
      "Authentication-Results: elsewhere.example; none\r\nFrom: a@x\r\n\r\nline\r\n";
  EXPECT_EQ(resent_message(mail, "new", ""), "X-Labctl-Token: new\r\n" + kept);
  EXPECT_EQ(resent_message(mail, "new", "added"), "X-Labctl-Token: new\r\n" + kept + "added\r\n");
}

}  // namespace
}  // namespace labctl::scenario
