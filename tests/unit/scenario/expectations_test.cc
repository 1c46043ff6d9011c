#include <gtest/gtest.h>

#include "labctl/config/document.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/expectations/fate.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

using evidence::MailSeen;

constexpr const char* kJudgedZone = "m001.mail.nic.example";

/// Judges one expectation, written as in a scenario file, against evidence.
std::vector<ExpectationVerdict> judge(std::string_view expectation, evidence::Seen seen) {
  const auto root = config::parse_document(expectation, "test.toml");
  if (!root) throw std::runtime_error(render(root.error()));
  const auto& member = root->members.at(0);
  const auto* kind = find_expectation_kind(member.key);
  if (kind == nullptr) throw std::runtime_error("no expectation " + member.key);
  return kind->judge(member.value, {.participant = "m001", .seen = std::move(seen)});
}

/// The outcome of the only verdict.
std::string outcome(std::string_view expectation, const evidence::Seen& seen) {
  const auto verdicts = judge(expectation, seen);
  EXPECT_EQ(verdicts.size(), 1U);
  return std::string(name_of(verdicts.at(0).outcome));
}

/// A spoofed message under `policy`, as the fake receiver took it.
MailSeen spoof(const std::string& policy) {
  fakes::FakeLab lab;
  lab.zones.edit_by_hand(kJudgedZone, "@ TXT \"v=spf1 ip4:198.18.1.12 -all\"");
  if (!policy.empty()) lab.zones.edit_by_hand(kJudgedZone, "_dmarc TXT \"v=DMARC1; p=" + policy + ";\"");
  const std::string address = std::string("user-a@") + kJudgedZone;
  return lab.mail
      .deliver({.from_host = "rogue-mailer",
                .mail_from = address,
                .rcpt_to = address,
                .message = "From: " + address + "\r\nSubject: S\r\n\r\nx\r\n",
                .token = "t"})
      .value();
}

TEST(Disposition, EachFate) {
  EXPECT_EQ(fate_of(spoof("none")).name, "inbox");
  EXPECT_EQ(fate_of(spoof("quarantine")).name, "junk");
  EXPECT_EQ(fate_of(spoof("reject")).name, "rejected");
  EXPECT_EQ(outcome("disposition = 'inbox'", spoof("none")), "pass");
  EXPECT_EQ(outcome("disposition = 'inbox'", spoof("quarantine")), "fail");
  EXPECT_EQ(outcome("disposition = 'rejected'", spoof("quarantine")), "fail");
  EXPECT_EQ(outcome("disposition = 'rejected'", spoof("reject")), "pass");
}

// Each is known by the line, or the reply, that proves it.
TEST(Disposition, FaultsOfHosts) {
  auto mail = spoof("none");
  mail.stored.reset();
  mail.receiver_log = {"postfix/lmtp[1]: 4X1: to=<b>, status=deferred (connect to x: No such file or directory)"};
  mail.searched_everywhere = false;
  EXPECT_EQ(fate_of(mail).name, "deferred");
  EXPECT_NE(fate_of(mail).detail.en.find("connect to x: No such file"), std::string::npos);
  mail.receiver_log.emplace_back("postfix/lmtp[1]: 4X1: to=<b>, status=bounced (host x said: 552 5.2.2 <b> Quota)");
  EXPECT_EQ(fate_of(mail).name, "bounced");
  mail.receiver_log.clear();
  EXPECT_FALSE(fate_of(mail).known);
  mail.receiver_reply.reset();
  EXPECT_FALSE(fate_of(mail).known);
  mail.dialogue = mail::SmtpTranscript{.stage = mail::SmtpStage::auth, .reply = {535, "5.7.8", "no"}};
  EXPECT_EQ(fate_of(mail).name, "unsent");
  EXPECT_EQ(outcome("disposition = 'unsent'", mail), "pass");
}

TEST(Disposition, RejectedNeedsItsProof) {
  auto mail = spoof("reject");
  mail.searched_everywhere = false;
  EXPECT_EQ(outcome("disposition = 'rejected'", mail), "error");
  mail = spoof("reject");
  mail.dialogue->stage = mail::SmtpStage::rcpt;
  EXPECT_EQ(outcome("disposition = 'rejected'", mail), "fail");
  mail = spoof("reject");
  mail.stored = spoof("none").stored;
  EXPECT_EQ(outcome("disposition = 'rejected'", mail), "fail");
}

TEST(Disposition, ARefusalBehindTheOwnMtaOrByHandIsReadFromTheLog) {
  auto mail = spoof("reject");
  mail.dialogue->reply = {250, "2.0.0", "Ok: queued as 4Z"};
  EXPECT_EQ(fate_of(mail).name, "rejected");
  mail.dialogue.reset();
  EXPECT_EQ(fate_of(mail).name, "rejected");
  mail.receiver_log = {"NOQUEUE: reject: RCPT from x: 554 5.7.1 Relay access denied"};
  EXPECT_EQ(fate_of(mail).name, "refused at RCPT TO");
  mail.receiver_log.clear();
  EXPECT_FALSE(fate_of(mail).known);
}

TEST(Disposition, A4xxIsDeferredOnlyWhenTheFilterDecided) {
  auto mail = spoof("reject");
  mail.receiver_reply = mail::SmtpReply{451, "4.7.1", "Service unavailable - try again later"};
  mail.dialogue->reply = *mail.receiver_reply;
  mail.filter_log.clear();
  const auto verdict = judge("disposition = 'deferred'", mail).at(0);
  EXPECT_EQ(verdict.outcome, Outcome::error);
  EXPECT_NE(verdict.why.en.find("filter: rspamd"), std::string::npos);
  EXPECT_NE(verdict.why.ja.find("filter: rspamd"), std::string::npos);
  mail.filter_log = {"(default: F (soft reject): [4.00/15.00] []), len: 1"};
  EXPECT_EQ(outcome("disposition = 'deferred'", mail), "pass");
}

TEST(Disposition, DiscardedNeedsASearch) {
  auto mail = spoof("none");
  mail.stored.reset();
  EXPECT_EQ(outcome("disposition = 'discarded'", mail), "pass");
  mail.searched_everywhere = false;
  EXPECT_EQ(outcome("disposition = 'discarded'", mail), "error");
  mail.receiver_reply.reset();
  mail.searched_everywhere = true;
  EXPECT_EQ(outcome("disposition = 'discarded'", mail), "error");
}

TEST(Because, IsWhatDecided) {
  EXPECT_EQ(outcome("because = 'dmarc'", spoof("quarantine")), "pass");
  EXPECT_EQ(outcome("because = 'dmarc'", spoof("reject")), "pass");
  EXPECT_EQ(outcome("because = 'dmarc'", spoof("none")), "fail");
  auto mail = spoof("reject");
  mail.filter_log = {"(default: T (reject): [16.00/15.00] [X(16.00){}]), len: 1"};
  EXPECT_EQ(outcome("because = 'dmarc'", mail), "fail");
  EXPECT_EQ(outcome("because = 'spam'", mail), "pass");
}

TEST(Auth, MethodsAndProperties) {
  const auto mail = spoof("quarantine");
  EXPECT_EQ(outcome("auth = { spf = 'fail' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { spf = 'pass' }", mail), "fail");
  EXPECT_EQ(outcome("auth = { spf = ['softfail', 'fail'] }", mail), "pass");
  EXPECT_EQ(outcome("auth = { dkim = 'none' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { dmarc = 'fail' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'spf.smtp.mailfrom' = 'user-a@m001.mail.nic.example' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'spf.smtp.mailfrom' = 'user-b@m001.mail.nic.example' }", mail), "fail");
  EXPECT_EQ(outcome("auth = { 'dmarc.header.from' = 'M001.mail.nic.example' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'dmarc.policy' = 'quarantine' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'dmarc.policy' = 'reject' }", mail), "fail");
  EXPECT_EQ(outcome("auth = { 'dkim.header.d' = 'm001.mail.nic.example' }", mail), "fail");
}

/// The message with another Authentication-Results of the receiver.
MailSeen with_results(std::string_view results) {
  auto mail = spoof("none");
  auto& raw = mail.stored->raw;
  const auto begin = raw.find("Authentication-Results: ");
  raw.replace(begin, raw.find("X-Spamd-Result") - begin, "Authentication-Results: " + std::string(results) + "\r\n");
  return mail;
}

TEST(Auth, OpenDmarcsStackWritesThreeFieldsAndTheEnvelopesDomain) {
  const std::string own = "Authentication-Results: receiver.m001.mail.nic.example; ";
  auto mail = spoof("none");
  mail.dialect = "opendmarc";
  mail.stored->raw = own + "dmarc=fail (p=none dis=none) header.from=m001.mail.nic.example\r\n" + own +
                     "dkim=none\r\n" + own + "spf=fail (x) smtp.mailfrom=m001.mail.nic.example\r\n" +
                     "Received: from x (y [198.18.0.251]) by receiver.m001.mail.nic.example (Postfix) with ESMTP id "
                     "1\r\n" +
                     own + "dmarc=pass\r\n\r\nx";
  EXPECT_EQ(outcome("auth = { dmarc = 'fail' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { dkim = 'none' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'dmarc.policy' = 'none' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'spf.smtp.mailfrom' = 'user-a@m001.mail.nic.example' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { 'spf.smtp.mailfrom' = 'user-a@m002.mail.nic.example' }", mail), "fail");
  // Rspamd's symbols can't be asked of it.
  EXPECT_TRUE(judge("symbols = { R_SPF_FAIL = true }", mail).empty());
}

TEST(Auth, AForgedFieldIsNotGraded) {
  const auto mail = with_results("mx.somewhere.example; spf=pass");
  EXPECT_EQ(outcome("auth = { spf = 'pass' }", mail), "error");
  auto below = spoof("none");
  below.stored->raw.insert(below.stored->raw.find("From: "),
                           "Received: from a by b with SMTP; Thu, 1 Jan 2026 00:00:00 +0000\r\nAuthentication-Results: "
                           "receiver.m001.mail.nic.example; spf=pass\r\n");
  EXPECT_EQ(outcome("auth = { spf = 'pass' }", below), "fail");
}

TEST(Auth, OneGoodSignatureIsEnoughButEveryOneMustFail) {
  const auto mail =
      with_results("receiver.m001.mail.nic.example; dkim=fail header.d=a.example; dkim=pass header.d=b.example");
  EXPECT_EQ(outcome("auth = { dkim = 'pass' }", mail), "pass");
  EXPECT_EQ(outcome("auth = { dkim = 'fail' }", mail), "fail");
  EXPECT_EQ(outcome("auth = { 'dkim.header.d' = 'b.example' }", mail), "pass");
}

TEST(Auth, ARefusedMessageHasNone) { EXPECT_EQ(outcome("auth = { spf = 'fail' }", spoof("reject")), "fail"); }

TEST(Reply, CodeAndText) {
  const auto mail = spoof("reject");
  EXPECT_EQ(outcome("reply = 554", mail), "pass");
  EXPECT_EQ(outcome("reply = 550", mail), "fail");
  EXPECT_EQ(outcome("reply = { code = 554, enhanced_code = '5.7.1', text = 'DMARC' }", mail), "pass");
  EXPECT_EQ(outcome("reply = { code = 554, enhanced_code = '5.7.9' }", mail), "fail");
  EXPECT_EQ(outcome("reply = { code = 554, text = 'spam' }", mail), "fail");
  auto silent = mail;
  silent.receiver_reply.reset();
  EXPECT_EQ(outcome("reply = 554", silent), "error");
}

TEST(Symbols, OfStoredAndRefusedMessages) {
  for (const char* policy : {"none", "reject"}) {
    const auto mail = spoof(policy);
    EXPECT_EQ(outcome("symbols = { R_SPF_FAIL = true }", mail), "pass");
    EXPECT_EQ(outcome("symbols = { R_SPF_FAIL = 0.0 }", mail), "pass");
    EXPECT_EQ(outcome("symbols = { R_SPF_FAIL = 1 }", mail), "fail");
    EXPECT_EQ(outcome("symbols = { R_SPF_FAIL = false }", mail), "fail");
    EXPECT_EQ(outcome("symbols = { R_SPF_ALLOW = false }", mail), "pass");
    EXPECT_EQ(outcome("symbols = { R_SPF_ALLOW = true }", mail), "fail");
  }
  auto mail = spoof("reject");
  mail.filter_log.clear();
  EXPECT_EQ(outcome("symbols = { R_SPF_FAIL = true }", mail), "error");
}

TEST(Header, PresenceAndContent) {
  const auto mail = spoof("quarantine");
  EXPECT_EQ(outcome("header = { X-Spam = true }", mail), "pass");
  EXPECT_EQ(outcome("header = { X-Spam = false }", mail), "fail");
  EXPECT_EQ(outcome("header = { DKIM-Signature = true }", mail), "fail");
  EXPECT_EQ(outcome("header = { X-Spam = 'Yes' }", mail), "pass");
  EXPECT_EQ(outcome("header = { X-Spam = 'No' }", mail), "fail");
  EXPECT_EQ(outcome("header = { X-Spam = 'Yes' }", spoof("reject")), "fail");
}

evidence::ZoneEdited edited(const std::string& rdata) {
  evidence::RecordsSeen seen{.server = "receiver.m001", .zone = kJudgedZone, .serial = 2};
  dns::Answer answer{.name = std::string("_dmarc.") + kJudgedZone + ".", .type = "TXT", .rcode = "NOERROR"};
  if (!rdata.empty()) answer.records.push_back({answer.name, 20, "TXT", rdata});
  seen.answers.push_back(answer);
  auto resolver = seen;
  resolver.server = "resolver";
  return {.zone = kJudgedZone, .authority = seen, .resolver = resolver};
}

TEST(Records, AreCompared) {
  EXPECT_EQ(outcome("records = ['_dmarc TXT \"v=DMARC1; p=none\"']", edited("\"v=DMARC1; p=none\"")), "pass");
  EXPECT_EQ(outcome("records = ['_dmarc TXT \"v=DMARC1; p=none\"']", edited("\"v=DMARC1; \" \"p=none\"")), "pass");
  EXPECT_EQ(outcome("records = ['_dmarc TXT \"v=DMARC1; p=none\"']", edited("\"v=DMARC1; p=reject\"")), "fail");
  EXPECT_EQ(outcome("records = ['_dmarc TXT \"v=DMARC1; p=none\"']", edited("")), "fail");
  EXPECT_EQ(outcome("records = ['@ TXT \"v=spf1 -all\"']", edited("")), "error");
  EXPECT_EQ(outcome("no_records = ['_dmarc TXT']", edited("")), "pass");
  EXPECT_EQ(outcome("no_records = ['_dmarc TXT']", edited("\"v=DMARC1; p=none\"")), "fail");
  EXPECT_EQ(outcome("no_records = ['@ TXT']", edited("")), "error");
}

TEST(Records, AServerThatFailsIsAnError) {
  auto seen = edited("\"v=DMARC1; p=none\"");
  seen.authority.answers[0].rcode = "SERVFAIL";
  EXPECT_EQ(outcome("no_records = ['_dmarc TXT']", seen), "error");
  EXPECT_EQ(outcome("txt = { _dmarc = 'p=none' }", seen), "error");
}

TEST(Records, AResolverThatStillSaysTheOldIsAnError) {
  auto seen = edited("\"v=DMARC1; p=none\"");
  seen.resolver.answers[0].records[0].rdata = "\"v=DMARC1; p=reject\"";
  EXPECT_EQ(outcome("records = ['_dmarc TXT \"v=DMARC1; p=none\"']", seen), "error");
  EXPECT_EQ(outcome("txt = { _dmarc = 'p=none' }", seen), "error");
}

TEST(Txt, TagsHoweverSpaced) {
  EXPECT_EQ(outcome("txt = { _dmarc = ['v=DMARC1', 'p=none'] }", edited("\"v=DMARC1;p = none\"")), "pass");
  EXPECT_EQ(outcome("txt = { _dmarc = ['v=DMARC1', 'p=none'] }", edited("\"v=DMARC1; p=nonesuch\"")), "fail");
  EXPECT_EQ(outcome("txt = { _dmarc = 'p=none' }", edited("\"v=DMARC1; sp=none\"")), "fail");
  EXPECT_EQ(outcome("txt = { _dmarc = 'p=' }", edited("\"v=DMARC1; p=reject\"")), "pass");
  // RFC 7489 section 6.6.3: two records are none.
  auto twice = edited("\"v=DMARC1; p=none\"");
  twice.authority.answers[0].records.push_back(twice.authority.answers[0].records[0]);
  EXPECT_EQ(outcome("txt = { _dmarc = 'p=none' }", twice), "fail");
}

TEST(Command, OutputExitAndService) {
  const evidence::CommandSeen command{.host = "receiver.m001", .argv = {"x"}, .exit_status = 3, .output = "one two\n"};
  EXPECT_EQ(outcome("exit = 3", command), "pass");
  EXPECT_EQ(outcome("exit = 0", command), "fail");
  EXPECT_EQ(outcome("output = 'two'", command), "pass");
  EXPECT_EQ(outcome("output = 'three'", command), "fail");
  EXPECT_EQ(judge("output = ['one', 'three']", command).at(1).outcome, Outcome::fail);
  EXPECT_EQ(outcome("lacks = 'three'", command), "pass");
  EXPECT_EQ(outcome("lacks = 'two'", command), "fail");
  auto service = command;
  service.output = "LoadState=loaded\nActiveState=active\nSubState=running\n";
  EXPECT_EQ(outcome("service = 'active'", service), "pass");
  EXPECT_EQ(outcome("service = 'active (running)'", service), "pass");
  EXPECT_EQ(outcome("service = 'active (exited)'", service), "fail");
  service.output = "LoadState=loaded\nActiveState=failed\nSubState=failed\n";
  EXPECT_EQ(outcome("service = 'active'", service), "fail");
}

}  // namespace
}  // namespace labctl::scenario
