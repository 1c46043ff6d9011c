#include "labctl/mail/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::mail {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kTold = "r.example";
constexpr const char* kOwnReceived =
    "Received: from x (y [198.18.0.251]) by r.example (Postfix) with ESMTP id 1; Sun, 29 Nov 2026 04:35:37 +0000\r\n";

/// What is known of one message; the rest is empty.
struct Told {
  std::string dialect = "rspamd";
  std::string stored;  ///< header and body; empty: not stored
  std::string folder;
  std::optional<SmtpReply> reply;
  std::vector<std::string> filter_log;
};

Attribution attribution_for(const Told& told) {
  const auto message = Message::parse(told.stored);
  return attribute({.dialect = told.dialect,
                    .authserv_id = kTold,
                    .stored = told.stored.empty() ? nullptr : &message,
                    .folder = told.folder,
                    .reply = told.reply,
                    .filter_log = told.filter_log});
}

std::string rspamd_line(const std::string& rest) { return "… rspamd_task_write_log: id: <x>, " + rest; }

TEST(Attribution, DmarcForcedByRspamdIsInItsLog) {
  const auto found = attribution_for(
      {.reply = SmtpReply{554, "5.7.1", "Action set by DMARC"},
       .filter_log = {rspamd_line("(default: T (reject): [15.00/15.00] [X(0.00){}]), len: 1, forced: reject \"Action "
                                  "set by DMARC\"; score=nan (set by dmarc)")}});
  EXPECT_EQ(found.cause, "dmarc");
  EXPECT_THAT(found.evidence, Contains(HasSubstr("set by dmarc")));
}

TEST(Attribution, DmarcByRspamdsHeaderAlone) {
  const auto found = attribution_for({.stored = "X-Rspamd-Pre-Result: action=add header; module=dmarc; Action set by "
                                                "DMARC\r\n\r\nx",
                                      .folder = "Junk"});
  EXPECT_EQ(found.cause, "dmarc");
  EXPECT_THAT(found.evidence, Contains(HasSubstr("module=dmarc")));
}

TEST(Attribution, DmarcRefusedByOpenDmarc) {
  const auto found = attribution_for({.dialect = "opendmarc",
                                      .reply = SmtpReply{550, "5.7.1", "rejected by DMARC policy for m001.example"},
                                      .filter_log = {"opendmarc[1]: 4D: m001.example fail"}});
  EXPECT_EQ(found.cause, "dmarc");
  EXPECT_THAT(found.evidence, Contains(HasSubstr("550 5.7.1 rejected by DMARC")));
  EXPECT_THAT(found.evidence, Contains(HasSubstr("m001.example fail")));
}

TEST(Attribution, DmarcFiledByTheSieveOfTheOpenDmarcStack) {
  const std::string own = std::string(
                              "Authentication-Results: r.example; dmarc=fail (p=quarantine dis=none) "
                              "header.from=m001.example\r\n") +
                          kOwnReceived + "\r\nx";
  EXPECT_EQ(attribution_for({.dialect = "opendmarc", .stored = own, .folder = "Junk"}).cause, "dmarc");
  EXPECT_EQ(attribution_for({.dialect = "opendmarc", .stored = own, .folder = "INBOX"}).cause, "nothing");
  // The same field below the receiver's Received and another's came with the message.
  const std::string forged = std::string(kOwnReceived) + "Received: from z by x with SMTP id 2; now\r\n" +
                             "Authentication-Results: r.example; dmarc=fail (p=quarantine dis=none)\r\n\r\nx";
  EXPECT_EQ(attribution_for({.dialect = "opendmarc", .stored = forged, .folder = "Junk"}).cause, "sieve");
}

TEST(Attribution, SpamNamesTheSymbols) {
  const auto refused = attribution_for(
      {.dialect = "mailcow",
       .reply = SmtpReply{554, "5.7.1", "Spam message rejected"},
       .filter_log = {rspamd_line("(default: T (reject): [20.50/15.00] [DMARC_POLICY_QUARANTINE(8.00){a,b;},"
                                  "R_SPF_FAIL(8.50){-all;},MIME_GOOD(-0.10){}]), len: 1")}});
  EXPECT_EQ(refused.cause, "spam");
  EXPECT_THAT(refused.evidence, Contains("symbols: R_SPF_FAIL 8.50, DMARC_POLICY_QUARANTINE 8.00"));
  EXPECT_THAT(refused.evidence, Contains(HasSubstr("[20.50/15.00]")));
  const auto stored = attribution_for(
      {.stored = "X-Rspamd-Action: add header\r\nX-Spamd-Result: default: True [9.10 / 15.00]; R_SPF_FAIL(8.00)[]; "
                 "RDNS_NONE(1.00)[]\r\n\r\nx",
       .folder = "Junk"});
  EXPECT_EQ(stored.cause, "spam");
  EXPECT_THAT(stored.evidence, Contains("symbols: R_SPF_FAIL 8.00, RDNS_NONE 1.00"));
}

TEST(Attribution, SpfAndDkimByThemselves) {
  // RFC 7372 section 3
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.23", "Message rejected"}}).cause, "spf");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.24", "Message rejected"}}).cause, "spf");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.20", "Message rejected"}}).cause, "dkim");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.21", "Message rejected"}}).cause, "dkim");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.1", "SPF fail - not authorized"}}).cause, "spf");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{550, "5.7.1", "bad DKIM signature data"}}).cause, "dkim");
}

TEST(Attribution, Greylisting) {
  const auto logged = attribution_for(
      {.dialect = "mailcow",
       .reply = SmtpReply{451, "4.7.1", "Try again later"},
       .filter_log = {rspamd_line("(default: F (soft reject): [12.60/15.00] [GREYLIST(0.00){greylisted;}]), len: 1, "
                                  "forced: soft reject \"Try again later\"; score=nan (set by greylist)")}});
  EXPECT_EQ(logged.cause, "greylisting");
  EXPECT_THAT(logged.evidence, Contains(HasSubstr("set by greylist")));
  EXPECT_EQ(attribution_for({.reply = SmtpReply{450, "4.2.0", "Greylisted, see you"}}).cause, "greylisting");
}

TEST(Attribution, SieveAndTheOwnersRules) {
  const std::vector<std::string> nothing{rspamd_line("(default: F (no action): [1.50/15.00] [X(1.50){}]), len: 1")};
  EXPECT_EQ(attribution_for({.stored = "A: b\r\n\r\nx", .folder = "Junk", .filter_log = nothing}).cause, "sieve");
  EXPECT_EQ(attribution_for({.stored = "A: b\r\n\r\nx", .folder = "Work", .filter_log = nothing}).cause, "user-rule");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{250, "2.0.0", "Ok"}, .filter_log = nothing}).cause, "sieve");
}

TEST(Attribution, NothingAndUnknown) {
  EXPECT_EQ(attribution_for({.stored = "A: b\r\n\r\nx", .folder = "INBOX"}).cause, "nothing");
  EXPECT_EQ(attribution_for({.reply = SmtpReply{554, "5.7.1", "Relay access denied"}}).cause, "unknown");
  EXPECT_EQ(attribution_for({}).cause, "unknown");
}

TEST(Attribution, WhatTheFilterLoggedOutweighsAHeaderThatCameWithTheMessage) {
  const auto found =
      attribution_for({.stored = "X-Rspamd-Pre-Result: action=add header; module=dmarc; forged\r\n\r\nx",
                       .folder = "INBOX",
                       .filter_log = {rspamd_line("(default: F (no action): [1.50/15.00] [X(1.50){}]), len: 1")}});
  EXPECT_EQ(found.cause, "nothing");
  EXPECT_THAT(found.evidence, Not(Contains(HasSubstr("forged"))));
}

}  // namespace
}  // namespace labctl::mail
