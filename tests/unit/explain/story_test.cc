#include "labctl/explain/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/base/text.h"

namespace labctl::explain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kReceiver = "receiver.m001.mail.nic.example";

/// A message as the lab's receiver stores it. @param results what stands behind "Authentication-Results: RECEIVER;".
std::string received_message(const std::string& results, const std::string& more = {},
                             const std::string& from = "user-a@m001.mail.nic.example") {
  return "Return-Path: <user-a@m001.mail.nic.example>\r\n"
         "Received: from receiver.m001.mail.nic.example ([198.18.1.11])\r\n\tby receiver.m001.mail.nic.example with "
         "LMTP id x; Wed, 09 Oct 2024 16:07:32 +0900\r\n"
         "Received: from mx.rogue-mailer.mail.nic.example (unknown [198.18.0.251])\r\n\tby "
         "receiver.m001.mail.nic.example (Postfix) with ESMTPS id 47E67609A8; Wed, 9 Oct 2024 16:07:28 +0900\r\n"
         "Authentication-Results: receiver.m001.mail.nic.example;\r\n\t" +
         results + "\r\n" + more + "From: \"user-a\" <" + from + ">\r\nSubject: S\r\n\r\nx\r\n";
}

Story told(const std::string& text) {
  auto story = tell(mail::Message::parse(text));
  EXPECT_TRUE(story.has_value()) << render(story.error());
  return story ? *std::move(story) : Story{};
}

std::string en(const std::string& text) { return to_text(told(text), Language::en); }

// The header of the hands-on's step 1-3, and what its slide says of it.
TEST(Explain, TheSpoofedMailBeforeAnyRecord) {
  const auto text = received_message(
      "dkim=none;\r\n\tspf=none (receiver.m001.mail.nic.example: domain of user-a@m001.mail.nic.example has no SPF "
      "policy when checking 198.18.0.251) smtp.mailfrom=user-a@m001.mail.nic.example;\r\n\tdmarc=none",
      "X-Spamd-Result: default: False [3.49 / 15.00]; RDNS_NONE(2.00)[]; AUTH_NA(1.00)[]; "
      "MID_RHS_NOT_FQDN(0.50)[]; ONCE_RECEIVED(0.10)[]; MIME_GOOD(-0.10)[text/plain]; DMARC_NA(0.00)[nic.example]\r\n");
  const auto english = en(text);
  EXPECT_THAT(english, HasSubstr("judged by receiver.m001.mail.nic.example (rspamd)"));
  EXPECT_THAT(english, HasSubstr("198.18.0.251 (no name by PTR), HELO mx.rogue-mailer.mail.nic.example"));
  EXPECT_THAT(english, HasSubstr("none: the message is not signed."));
  EXPECT_THAT(english, HasSubstr("none: m001.mail.nic.example has no SPF record."));
  EXPECT_THAT(english, HasSubstr("none: m001.mail.nic.example has no DMARC record: nothing protects its name."));
  EXPECT_THAT(english, HasSubstr("delivered as it is. Score 3.49 / 15.00: RDNS_NONE 2.00, AUTH_NA 1.00"));
  EXPECT_THAT(english, HasSubstr("publish a DMARC record at _dmarc.m001.mail.nic.example."));
  EXPECT_LE(lines_of(english).size(), 14U) << "a dozen lines";
  const auto japanese = to_text(told(text), Language::ja);
  EXPECT_THAT(japanese, HasSubstr("m001.mail.nic.example にはSPFレコードがありません。"));
  EXPECT_THAT(japanese, HasSubstr("そのまま配送されました。 スコア 3.49 / 15.00"));
}

TEST(Explain, EachResultHasItsSentence) {
  struct Case {
    const char* results;
    const char* says;
  };
  const Case cases[] = {
      {"spf=fail smtp.mailfrom=user-a@m001.mail.nic.example", "does not allow 198.18.0.251 to send (-all)."},
      {"spf=softfail smtp.mailfrom=m001.mail.nic.example", "which does not insist (~all)."},
      {"spf=neutral smtp.mailfrom=m001.mail.nic.example", "says nothing about 198.18.0.251 (?all)."},
      {"spf=permerror smtp.mailfrom=m001.mail.nic.example", "is broken and can't be evaluated."},
      {"spf=temperror smtp.mailfrom=m001.mail.nic.example", "the DNS did not answer."},
      {"spf=pass smtp.mailfrom=m001.mail.nic.example", "Aligned: the header From has the same domain."},
      {"spf=pass smtp.mailfrom=x@sub.m001.mail.nic.example", "Aligned if relaxed"},
      {"spf=pass smtp.mailfrom=x@rogue.test", "Not aligned: the header From is of m001.mail.nic.example."},
      {"dkim=pass header.d=m001.mail.nic.example header.s=sel1", "was not changed. Aligned"},
      {"dkim=pass header.d=rogue.test", "Not aligned"},
      {"dkim=fail header.d=m001.mail.nic.example", "changed after signing, or another key."},
      {"dkim=permerror header.d=m001.mail.nic.example", "look at the selector's key record."},
      {"dmarc=pass header.from=m001.mail.nic.example", "an aligned pass bears out"},
      {"dmarc=fail reason=\"No valid SPF, No valid DKIM\" header.from=m001.mail.nic.example (policy=quarantine)",
       "no aligned pass bears that out (policy p=quarantine)."},
      {"dmarc=permerror header.from=m001.mail.nic.example", "could not be evaluated (permerror)."},
      {"arc=pass (i=1)", "the receiver says pass."},
  };
  for (const auto& [results, says] : cases) EXPECT_THAT(en(received_message(results)), HasSubstr(says)) << results;
}

TEST(Explain, WhatDecidedIsNamed) {
  const std::string failed =
      "spf=fail smtp.mailfrom=m001.mail.nic.example; dmarc=fail header.from=m001.mail.nic.example "
      "(policy=quarantine)";
  const auto by_policy =
      told(received_message(failed, "X-Rspamd-Pre-Result: action=add header; module=dmarc; Action set by DMARC\r\n"));
  EXPECT_EQ(by_policy.disposition.what, "quarantine");
  EXPECT_EQ(by_policy.disposition.cause, "dmarc");
  EXPECT_EQ(by_policy.policy, "quarantine");
  EXPECT_THAT(by_policy.disposition.text.en, HasSubstr("because of the DMARC policy"));
  const auto by_score =
      told(received_message(failed, "X-Spamd-Result: default: True [16.00 / 15.00]; BAD(16.00)[]\r\n"));
  EXPECT_EQ(by_score.disposition.cause, "spam");
  EXPECT_THAT(by_score.disposition.text.en, HasSubstr("16.00 / 15.00: BAD 16.00"));
}

TEST(Explain, WhatPassesNeedsNoRemedy) {
  EXPECT_TRUE(told(received_message("dmarc=pass header.from=m001.mail.nic.example")).remedies.empty());
  const auto unaligned = told(received_message("spf=pass smtp.mailfrom=x@rogue.test; dmarc=fail"));
  EXPECT_THAT(unaligned.remedies.at(0).en, HasSubstr("so that SPF is aligned"));
}

// The sender wrote a field with the receiver's own name into the message: it stands below the receiver's own.
TEST(Explain, AForgedFieldIsToldOfAndNotBelieved) {
  const auto story = told(received_message(
      "spf=fail smtp.mailfrom=m001.mail.nic.example; dmarc=fail",
      "Authentication-Results: receiver.m001.mail.nic.example; spf=pass smtp.mailfrom=m001.mail.nic.example; "
      "dmarc=pass\r\n"));
  for (const auto& check : story.checks) EXPECT_EQ(check.result, "fail") << check.method;
  ASSERT_EQ(story.notes.size(), 1U);
  EXPECT_THAT(story.notes[0].en, HasSubstr("1 Authentication-Results field of others"));
}

TEST(Explain, WhatCantBeExplainedSaysWhy) {
  const auto nothing = tell(mail::Message::parse("From: a@b.example\r\n\r\nx"));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::usage);
  EXPECT_THAT(nothing.error().message, HasSubstr("no Received field"));
  const auto unjudged =
      tell(mail::Message::parse("Received: from a (a [198.18.0.1]) by b.example with ESMTP; x\r\n"
                                "Authentication-Results: other.example; spf=pass\r\nFrom: a@b.example\r\n\r\nx"));
  ASSERT_FALSE(unjudged);
  EXPECT_THAT(unjudged.error().message, HasSubstr("1 of others are not believed"));
  const auto message = mail::Message::parse(received_message("spf=none"));
  EXPECT_FALSE(tell(message, {.receiver = "elsewhere.example", .dialect = {}}));
  EXPECT_FALSE(tell(message, {.receiver = kReceiver, .dialect = "none-such"}));
  EXPECT_TRUE(tell(message, {.receiver = kReceiver, .dialect = "opendmarc"}));
}

TEST(Explain, NothingOfTheMessageReachesTheTerminalRaw) {
  const auto text = en(received_message("spf=pass smtp.mailfrom=\"a\x1b[31m@b.example\"", "", "a@b\x1b[0m.example"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace labctl::explain
