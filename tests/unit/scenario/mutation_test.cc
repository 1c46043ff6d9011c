// For each kind of expectation: evidence of which all is as expected, and the same with one thing wrong. Only what is
// about that thing may go red.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "labctl/base/text.h"
#include "labctl/config/document.h"
#include "labctl/scenario/expectation_kind.h"

namespace labctl::scenario {
namespace {

using evidence::CommandSeen;
using evidence::MailSeen;
using evidence::ZoneEdited;

constexpr const char* kMutatedZone = "m001.mail.nic.example";

/// Everything that can be expected of one piece of evidence.
const std::vector<std::string> kOfJunk{
    "auth = { spf = 'fail' }",
    "auth = { dkim = 'none' }",
    "auth = { dmarc = 'fail' }",
    "auth = { 'dmarc.header.from' = 'm001.mail.nic.example' }",
    "auth = { 'dmarc.policy' = 'quarantine' }",
    "disposition = 'junk'",
    "because = 'dmarc'",
    "reply = 250",
    "symbols = { R_SPF_FAIL = 0.0 }",
    "symbols = { DMARC_POLICY_QUARANTINE = true }",
    "header = { Subject = 'Mutation' }",
    "header = { X-Spam = true }",
    "body = 'bod'",
};
const std::vector<std::string> kOfAttack{"spoof = 'labelled'", "disposition = 'junk'"};
const std::vector<std::string> kOfRefused{
    "disposition = 'rejected'",
    "because = 'dmarc'",
    "reply = { code = [550, 554], enhanced_code = '5.7.1', text = 'DMARC' }",
    "symbols = { DMARC_POLICY_REJECT = true }",
};
const std::vector<std::string> kOfZone{
    "records = ['_dmarc TXT \"v=DMARC1; p=none\"']",
    "txt = { _dmarc = ['v=DMARC1', 'p=none'] }",
    "records = ['@ MX 10 receiver']",
    "no_records = ['old TXT']",
};
const std::vector<std::string> kOfCommand{
    "exit = 0",
    "output = 'LoadState'",
    "lacks = 'wrong'",
    "service = 'active (running)'",
};

const std::vector<std::string> kOfDay{
    "places = { own = { inbox = 1 } }",
    "places = { forged = { junk = 2 } }",
    "places = { legitimate = { inbox = 1 } }",
    "dmarc_fails = { forged = 2, own = 1 }",
};

MailSeen junk_mail() {
  MailSeen mail{.token = "t",
                .from_host = "rogue-mailer",
                .client_address = "198.18.0.251",
                .mail_from = "user-a@m001.mail.nic.example",
                .receiver = "receiver.m001",
                .authserv_id = "r.example",
                .dialect = "rspamd",
                .receiver_queue_id = "4X1",
                .receiver_reply = mail::SmtpReply{250, "2.0.0", "Ok: queued as 4X1"},
                .searched_everywhere = true};
  mail.dialogue = mail::SmtpTranscript{.stage = mail::SmtpStage::end_of_data, .reply = *mail.receiver_reply};
  mail.filter_log = {
      "… rspamd_task_write_log: id: <x>, qid: <4X1>, (default: T (add header): [9.10/15.00] [R_SPF_FAIL(0.00){},"
      "DMARC_POLICY_QUARANTINE(0.00){}]), len: 9, forced: add header \"Action set by DMARC\"; score=nan (set by "
      "dmarc)"};
  mail.stored = evidence::StoredMessage{
      "Junk", 1,
      "Received: from x (y [198.18.0.251]) by r.example (Postfix) with ESMTPS id 4X1; Thu, 1 Jan 2026 00:00:00 "
      "+0000\r\n"
      "Authentication-Results: r.example; dkim=none; spf=fail (x) smtp.mailfrom=user-a@m001.mail.nic.example; "
      "dmarc=fail (policy=quarantine) header.from=m001.mail.nic.example\r\n"
      "X-Spamd-Result: default: False [9.10 / 15.00]; R_SPF_FAIL(0.00)[-all]; DMARC_POLICY_QUARANTINE(0.00)[x]\r\n"
      "X-Spam: Yes\r\nSubject: Mutation\r\n\r\nbody\r\n"};
  return mail;
}

MailSeen attack_mail() {
  MailSeen mail = junk_mail();
  mail.rcpt_to = "user-b@m001.mail.nic.example";
  mail.stored->raw.insert(0, "From: president@m001.mail.nic.example\r\n");
  return mail;
}

/// Two in Junk, and a legitimate one that fails and is in the inbox.
evidence::DaySeen mixed_day() {
  auto own = junk_mail();
  own.stored->folder = "INBOX";
  return {.flows = {{.kind = "own", .title = {}, .mails = {own}},
                    {.kind = "forged", .title = {}, .spoofed = true, .mails = {junk_mail(), junk_mail()}}}};
}

MailSeen refused_mail() {
  MailSeen mail = junk_mail();
  mail.stored.reset();
  mail.receiver_reply = mail::SmtpReply{554, "5.7.1", "Action set by DMARC"};
  mail.dialogue->reply = *mail.receiver_reply;
  mail.filter_log = {
      "… rspamd_task_write_log: id: <x>, qid: <4X1>, (default: T (reject): [15.00/15.00] [R_SPF_FAIL(0.00){},"
      "DMARC_POLICY_REJECT(0.00){}]), len: 9, forced: reject \"Action set by DMARC\"; score=nan (set by dmarc)"};
  return mail;
}

ZoneEdited zone_edit() {
  const std::string zone = std::string(kMutatedZone) + ".";
  const auto name = [&](const char* label) { return std::string(label) + "." + zone; };
  evidence::RecordsSeen seen{.server = "receiver.m001", .zone = kMutatedZone, .serial = 2};
  seen.answers = {
      {.name = name("_dmarc"),
       .type = "TXT",
       .rcode = "NOERROR",
       .records = {{name("_dmarc"), 20, "TXT", "\"v=DMARC1; p=none\""}}},
      {.name = zone, .type = "MX", .rcode = "NOERROR", .records = {{zone, 20, "MX", "10 " + name("receiver")}}},
      {.name = name("old"), .type = "TXT", .rcode = "NXDOMAIN", .records = {}},
  };
  auto resolver = seen;
  resolver.server = "resolver";
  return {.zone = kMutatedZone, .authority = seen, .resolver = resolver};
}

CommandSeen command_run() {
  return {.host = "receiver.m001",
          .argv = {"systemctl", "show", "knot.service"},
          .exit_status = 0,
          .output = "LoadState=loaded\nActiveState=active\nSubState=running\n"};
}

/// Both servers say it: what is wrong with the zone is no trouble with a cache.
void publish(ZoneEdited& zone, std::size_t answer, std::vector<dns::Record> records) {
  for (auto* seen : {&zone.authority, &zone.resolver}) {
    seen->answers[answer].rcode = "NOERROR";
    seen->answers[answer].records = records;
  }
}

void replace_in(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the fixture has no " + std::string(from));
  text.replace(at, from.size(), to);
}

std::function<void(evidence::Seen&)> in_header(const char* from, const char* to) {
  return [=](evidence::Seen& seen) { replace_in(std::get<MailSeen>(seen).stored->raw, from, to); };
}
std::function<void(evidence::Seen&)> in_filter_log(const char* from, const char* to) {
  return [=](evidence::Seen& seen) { replace_in(std::get<MailSeen>(seen).filter_log.at(0), from, to); };
}

/// One thing made wrong in a fixture, and the expectations that are about it.
struct Mutation {
  const char* name;
  const std::vector<std::string>& all;
  std::function<evidence::Seen()> fixture;
  std::function<void(evidence::Seen&)> spoil;
  std::set<std::string> red;
};

const std::vector<Mutation> kMutations{
    {"another body", kOfJunk, junk_mail, in_header("\r\n\r\nbody", "\r\n\r\ntext"), {"body = 'bod'"}},
    {"the victim is not named",
     kOfAttack,
     attack_mail,
     in_header("president@m001", "president@m002"),
     {"spoof = 'labelled'"}},
    {"spf passed", kOfJunk, junk_mail, in_header("spf=fail", "spf=pass"), {"auth = { spf = 'fail' }"}},
    {"signed", kOfJunk, junk_mail, in_header("dkim=none", "dkim=pass"), {"auth = { dkim = 'none' }"}},
    {"dmarc passed", kOfJunk, junk_mail, in_header("dmarc=fail", "dmarc=pass"), {"auth = { dmarc = 'fail' }"}},
    {"another From",
     kOfJunk,
     junk_mail,
     in_header("header.from=m001", "header.from=m002"),
     {"auth = { 'dmarc.header.from' = 'm001.mail.nic.example' }"}},
    {"another policy",
     kOfJunk,
     junk_mail,
     in_header("policy=quarantine", "policy=none"),
     {"auth = { 'dmarc.policy' = 'quarantine' }"}},
    {"in the inbox",
     kOfJunk,
     junk_mail,
     [](evidence::Seen& seen) { std::get<MailSeen>(seen).stored->folder = "INBOX"; },
     {"disposition = 'junk'"}},
    {"another module decided", kOfJunk, junk_mail, in_filter_log("set by dmarc", "set by arc"), {"because = 'dmarc'"}},
    {"another reply",
     kOfJunk,
     junk_mail,
     [](evidence::Seen& seen) { std::get<MailSeen>(seen).receiver_reply->code = 251; },
     {"reply = 250"}},
    {"a score",
     kOfJunk,
     junk_mail,
     in_header("R_SPF_FAIL(0.00)", "R_SPF_FAIL(8.00)"),
     {"symbols = { R_SPF_FAIL = 0.0 }"}},
    {"a symbol is missing",
     kOfJunk,
     junk_mail,
     in_header("DMARC_POLICY_QUARANTINE", "DMARC_POLICY_SOFTFAIL"),
     {"symbols = { DMARC_POLICY_QUARANTINE = true }"}},
    {"another subject",
     kOfJunk,
     junk_mail,
     in_header("Subject: Mutation", "Subject: Other"),
     {"header = { Subject = 'Mutation' }"}},
    {"a field is missing", kOfJunk, junk_mail, in_header("X-Spam: Yes\r\n", ""), {"header = { X-Spam = true }"}},

    {"refused at RCPT",
     kOfRefused,
     refused_mail,
     [](evidence::Seen& seen) { std::get<MailSeen>(seen).dialogue->stage = mail::SmtpStage::rcpt; },
     {"disposition = 'rejected'"}},
    {"refused for its score",
     kOfRefused,
     refused_mail,
     in_filter_log(", forced: reject", ", not: x"),
     {"because = 'dmarc'"}},
    {"refused with another code",
     kOfRefused,
     refused_mail,
     [](evidence::Seen& seen) {
       auto& mail = std::get<MailSeen>(seen);
       mail.receiver_reply->code = mail.dialogue->reply.code = 571;
     },
     {kOfRefused[2]}},
    {"refused with another text",
     kOfRefused,
     refused_mail,
     [](evidence::Seen& seen) { std::get<MailSeen>(seen).receiver_reply->text = "no"; },
     {kOfRefused[2]}},
    {"refused without the symbol",
     kOfRefused,
     refused_mail,
     in_filter_log("DMARC_POLICY_REJECT", "DMARC_POLICY_SOFTFAIL"),
     {"symbols = { DMARC_POLICY_REJECT = true }"}},

    {"a message of a day is in the inbox",
     kOfDay,
     mixed_day,
     [](evidence::Seen& seen) { std::get<evidence::DaySeen>(seen).flows[1].mails[0].stored->folder = "INBOX"; },
     {kOfDay[1]}},
    {"a message of a day passes",
     kOfDay,
     mixed_day,
     [](evidence::Seen& seen) {
       replace_in(std::get<evidence::DaySeen>(seen).flows[1].mails[1].stored->raw, "dmarc=fail", "dmarc=pass");
     },
     {kOfDay[3]}},

    // A record's text and its tags are two views of one thing.
    {"another record",
     kOfZone,
     zone_edit,
     [](evidence::Seen& seen) {
       auto& zone = std::get<ZoneEdited>(seen);
       auto record = zone.authority.answers[0].records[0];
       record.rdata = "\"v=DMARC1; p=none; adkim=s\"";
       publish(zone, 0, {record});
     },
     {kOfZone[0]}},
    {"two records where one is read",
     kOfZone,
     zone_edit,
     [](evidence::Seen& seen) {
       auto& zone = std::get<ZoneEdited>(seen);
       auto records = zone.authority.answers[0].records;
       records.push_back({records[0].owner, 20, "TXT", "\"v=DMARC1; p=reject\""});
       publish(zone, 0, records);
     },
     {kOfZone[1]}},
    {"no MX",
     kOfZone,
     zone_edit,
     [](evidence::Seen& seen) { publish(std::get<ZoneEdited>(seen), 1, {}); },
     {kOfZone[2]}},
    {"a record is left",
     kOfZone,
     zone_edit,
     [](evidence::Seen& seen) {
       auto& zone = std::get<ZoneEdited>(seen);
       publish(zone, 2, {{zone.authority.answers[2].name, 20, "TXT", "\"x\""}});
     },
     {kOfZone[3]}},

    {"another exit status",
     kOfCommand,
     command_run,
     [](evidence::Seen& seen) { std::get<CommandSeen>(seen).exit_status = 1; },
     {"exit = 0"}},
    {"text is missing",
     kOfCommand,
     command_run,
     [](evidence::Seen& seen) { replace_in(std::get<CommandSeen>(seen).output, "LoadState=loaded\n", ""); },
     {"output = 'LoadState'"}},
    {"text that shall not be there",
     kOfCommand,
     command_run,
     [](evidence::Seen& seen) { std::get<CommandSeen>(seen).output += "something is wrong\n"; },
     {"lacks = 'wrong'"}},
    {"another state",
     kOfCommand,
     command_run,
     [](evidence::Seen& seen) {
       replace_in(std::get<CommandSeen>(seen).output, "SubState=running", "SubState=exited");
     },
     {"service = 'active (running)'"}},
};

std::string key_of(const std::string& expectation) {
  return std::string(trim(std::string_view(expectation).substr(0, expectation.find('='))));
}

/// The expectations that do not pass.
std::set<std::string> red_among(const std::vector<std::string>& expectations, const evidence::Seen& seen) {
  std::set<std::string> red;
  for (const auto& expectation : expectations) {
    const auto root = config::parse_document(expectation, "test.toml");
    if (!root) throw std::runtime_error(render(root.error()));
    const auto& member = root->members.at(0);
    const auto verdicts = find_expectation_kind(member.key)->judge(member.value, {.participant = "m001", .seen = seen});
    EXPECT_FALSE(verdicts.empty()) << expectation;
    for (const auto& verdict : verdicts)
      if (verdict.outcome != Outcome::pass) red.insert(expectation);
  }
  return red;
}

TEST(Mutation, OnlyWhatIsAboutTheWrongThingGoesRed) {
  for (const auto& mutation : kMutations) {
    auto seen = mutation.fixture();
    EXPECT_EQ(red_among(mutation.all, seen), std::set<std::string>{}) << mutation.name << ": before";
    mutation.spoil(seen);
    EXPECT_EQ(red_among(mutation.all, seen), mutation.red) << mutation.name;
  }
}

TEST(Mutation, EveryKindOfExpectationHasOneAllItsOwn) {
  std::set<std::string> mutated;
  for (const auto& mutation : kMutations)
    if (mutation.red.size() == 1) mutated.insert(key_of(*mutation.red.begin()));
  for (const auto* kind : expectation_kinds())
    EXPECT_TRUE(mutated.contains(std::string(kind->key))) << "no mutation makes only '" << kind->key << "' red";
}

}  // namespace
}  // namespace labctl::scenario
