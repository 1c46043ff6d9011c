#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "labctl/evidence/evidence.h"

namespace labctl::evidence {
namespace {

using std::string_literals::operator""s;

MailSeen whole_mail() {
  return {.token = "0123",
          .from_host = "rogue-mailer",
          .client_address = "198.18.0.251",
          .helo = "mx",
          .mail_from = "a@x.example",
          .rcpt_to = "b@x.example",
          .header_from = "c@x.example",
          .receiver = "receiver.m001",
          .authserv_id = "receiver.m001.x.example",
          .dialect = "rspamd",
          .dialogue = mail::SmtpTranscript{.lines = {{mail::SmtpLine::Direction::client, "EHLO mx"},
                                                     {mail::SmtpLine::Direction::server, "250 \xff"}},
                                           .stage = mail::SmtpStage::end_of_data,
                                           .reply = {554, "5.7.1", "no"},
                                           .tls = true,
                                           .queue_id = "4X"},
          .receiver_queue_id = "4Y",
          .receiver_reply = mail::SmtpReply{554, "5.7.1", "no"},
          .stored = StoredMessage{"INBOX", 4294967295U, "From: \x1b$B%\r\n\r\n\0\xe3\x81 body"s},
          .searched_everywhere = true,
          .receiver_log = {"one", "tw\xfeo"},
          .filter_log = {"three"}};
}

RecordsSeen whole_records() {
  return {.server = "receiver.m001",
          .zone = "x.example",
          .serial = 2025103001,
          .answers = {{.name = "x.example.",
                       .type = "TXT",
                       .rcode = "NOERROR",
                       .authoritative = true,
                       .records = {{"x.example.", 20, "TXT", "\"v=spf1 -all\""}},
                       .negative_ttl = 1}}};
}

/// Two pieces of evidence are the same when they say the same in JSON; that JSON holds every member is tested apart.
void comes_back(const Seen& seen) {
  const StepEvidence evidence{.scenario = "hands-on/4-dmarc",
                              .step = "4-2",
                              .participant = "m001",
                              .as = "spoof",
                              .began = "2026-01-01T00:00:00.000Z",
                              .seconds = 0.1 + 0.2,
                              .seen = seen,
                              .trouble = Trouble{"filter: rspamd", "away", "look"},
                              .missing = "nobody did it"};
  const std::string text = to_json(evidence).dump();
  const auto back = from_json(Json::parse(text));
  ASSERT_TRUE(back.has_value()) << render(back.error());
  EXPECT_EQ(to_json(*back).dump(), text);
  EXPECT_EQ(back->seen.index(), seen.index());
  EXPECT_EQ(back->seconds, evidence.seconds);
}

TEST(EvidenceJson, EveryKindComesBack) {
  comes_back(Nothing{});
  comes_back(whole_mail());
  comes_back(whole_records());
  comes_back(ZoneEdited{.zone = "x.example",
                        .diff = "- a\n+ b\n",
                        .serial_before = 1,
                        .serial_after = 2,
                        .authority = whole_records(),
                        .resolver = whole_records()});
  comes_back(
      DaySeen{.flows = {{.kind = "own", .title = {.ja = "自", .en = "own"}, .spoofed = true, .mails = {whole_mail()}},
                        {.kind = "none", .title = {.ja = "無", .en = "none"}, .mails = {}}}});
  comes_back(CommandSeen{.host = "h", .argv = {"cat", "\xff"}, .exit_status = -1, .output = "x"});
}

TEST(EvidenceJson, BytesOfAMessageSurvive) {
  const auto mail = whole_mail();
  const auto back = from_json(Json::parse(to_json({.seen = mail}).dump())).value();
  const auto& read = std::get<MailSeen>(back.seen);
  EXPECT_EQ(read.stored->raw, mail.stored->raw);
  EXPECT_EQ(read.stored->uid, mail.stored->uid);
  EXPECT_EQ(read.dialogue->lines, mail.dialogue->lines);
  EXPECT_EQ(read.dialogue->stage, mail.dialogue->stage);
  EXPECT_EQ(read.receiver_reply->enhanced_code, "5.7.1");
  EXPECT_EQ(read.receiver_log, mail.receiver_log);
  EXPECT_EQ(read.header_from, mail.header_from);
  EXPECT_TRUE(read.searched_everywhere);
}

TEST(EvidenceJson, TextStaysReadable) {
  EXPECT_EQ(
      to_json({.seen = CommandSeen{.host = "h", .argv = {}, .exit_status = 0, .output = "日本語"}})["seen"]["output"],
      "日本語");
}

TEST(EvidenceJson, EveryMemberIsChecked) {
  // Each member in turn is taken out, and then made a thing that it can't be.
  const Json whole = to_json({.seen = whole_mail()});
  const std::function<void(const Json::json_pointer&, const Json&)> spoil = [&](const Json::json_pointer& at,
                                                                                const Json& part) {
    if (!part.is_object()) return;
    for (const auto& [key, value] : part.items()) {
      Json without = whole;
      (at.empty() ? without : without[at]).erase(key);
      EXPECT_FALSE(from_json(without).has_value()) << (at / key).to_string();
      Json wrong = whole;
      wrong[at / key] = Json::array({Json::array()});
      const auto read = from_json(wrong);
      EXPECT_FALSE(read.has_value()) << (at / key).to_string();
      EXPECT_TRUE(read.has_value() || read.error().kind == ErrorKind::usage);
      spoil(at / key, value);
    }
  };
  spoil(Json::json_pointer(), whole);
}

TEST(EvidenceJson, AnErrorNamesTheMember) {
  Json json = to_json({.seen = whole_mail()});
  json["seen"]["receiver_reply"]["code"] = 99999999999;
  const auto read = from_json(json);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "this is no evidence: 'seen.receiver_reply.code' is out of range");
}

}  // namespace
}  // namespace labctl::evidence
