#include "labctl/mail/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kReceiver = "receiver.m001.mail.nic.example";

// The fields of one hop, as Postfix and its milter write them.
constexpr const char* kOwnTrace =
    "Received: from sender (sender.m001.mail.nic.example [198.18.0.7])\n"
    "\tby receiver.m001.mail.nic.example (Postfix) with ESMTP id 4ABC\n"
    "\tfor <user-a@m001.mail.nic.example>; Mon, 1 Jun 2026 00:00:00 +0000\n";
constexpr const char* kDelivery =
    "Return-Path: <x@y>\nReceived: from receiver.m001.mail.nic.example\n"
    "\tby receiver.m001.mail.nic.example with LMTP id 1; Mon, 1 Jun 2026 00:00:00 +0000\n";
constexpr const char* kOtherTrace = "Received: from a by b.example with ESMTP id 1; Mon, 1 Jun 2026 00:00:00 +0000\n";

std::string field(const std::string& body) { return "Authentication-Results: " + body + "\n"; }
std::string own(const std::string& rest) { return field(std::string(kReceiver) + "; " + rest); }

/// The results of the fields, one string a field.
std::vector<std::string> told(const std::vector<AuthenticationResults>& fields) {
  std::vector<std::string> results;
  for (const auto& one : fields) {
    std::string text;
    for (const auto& result : one.results) text += result.method + "=" + result.result + " ";
    results.push_back(text);
  }
  return results;
}

TrustedResults results_of(const std::string& header) {
  return trusted_results(Message::parse(header + "\n"), kReceiver);
}

TEST(Trust, TheReceiversFieldStandsBelowItsTrace) {
  const auto results = results_of(std::string(kDelivery) + kOwnTrace + own("spf=pass") + kOtherTrace);
  EXPECT_THAT(told(results.trusted), ElementsAre("spf=pass "));
  EXPECT_THAT(results.foreign, IsEmpty());
}

TEST(Trust, AForgedFieldBelowIsForeign) {
  const auto results = results_of(kOwnTrace + own("spf=fail") + own("spf=pass"));
  EXPECT_THAT(told(results.trusted), ElementsAre("spf=fail "));
  EXPECT_THAT(told(results.foreign), ElementsAre("spf=pass "));
}

TEST(Trust, AForgedFieldBelowAnEarlierHopIsForeign) {
  const auto results = results_of(std::string(kOwnTrace) + kOtherTrace + own("dmarc=pass"));
  EXPECT_THAT(results.trusted, IsEmpty());
  EXPECT_THAT(told(results.foreign), ElementsAre("dmarc=pass "));
}

TEST(Trust, AForgedTraceOfTheReceiverDoesNotLiftWhatIsBelowIt) {
  const auto results = results_of(std::string(kOwnTrace) + kOwnTrace + own("dmarc=pass"));
  EXPECT_THAT(results.trusted, IsEmpty());
  EXPECT_THAT(told(results.foreign), ElementsAre("dmarc=pass "));
}

TEST(Trust, AboveTheTraceOnlyTheReceiverCanWrite) {
  const auto results = results_of(own("spf=softfail") + std::string(kOwnTrace) + own("spf=pass"));
  EXPECT_THAT(told(results.trusted), ElementsAre("spf=softfail "));
  EXPECT_THAT(told(results.foreign), ElementsAre("spf=pass "));
}

TEST(Trust, SeveralMiltersOfTheReceiverEachWriteAField) {
  const auto results =
      results_of(own("dmarc=fail") + own("dkim=none") + std::string(kOwnTrace) + own("dmarc=pass") + own("dkim=pass"));
  EXPECT_THAT(told(results.trusted), ElementsAre("dmarc=fail ", "dkim=none "));
  EXPECT_THAT(told(results.foreign), ElementsAre("dmarc=pass ", "dkim=pass "));
}

TEST(Trust, AnotherNameIsForeignWhereverItStands) {
  for (const char* name : {"receiver.m002.mail.nic.example", "m001.mail.nic.example",
                           "receiver.m001.mail.nic.example.evil.example", "receiver.m001.mail.nic.example@x", "\"\""}) {
    const auto results = results_of(kOwnTrace + field(std::string(name) + "; spf=pass") + own("spf=fail"));
    EXPECT_THAT(told(results.trusted), ElementsAre("spf=fail ")) << name;
    EXPECT_THAT(told(results.foreign), ElementsAre("spf=pass ")) << name;
  }
}

TEST(Trust, TheNameIsComparedAsADomainName) {
  const auto results = results_of(kOwnTrace + field("(c) \"Receiver.M001.mail.nic.example\" (c) 1; spf=pass"));
  EXPECT_THAT(told(results.trusted), ElementsAre("spf=pass "));
}

TEST(Trust, WithoutAFieldOfTheReceiverNothingIsTrusted) {
  EXPECT_THAT(results_of(std::string(kOwnTrace) + kOtherTrace).trusted, IsEmpty());
  const auto results = results_of(std::string(kOtherTrace) + own("spf=pass"));
  EXPECT_THAT(results.trusted, IsEmpty());
  EXPECT_THAT(told(results.foreign), ElementsAre("spf=pass "));
  EXPECT_THAT(results_of("").trusted, IsEmpty());
}

// RFC 5321 section 4.4: what the client says of itself stands in a comment; local delivery is no reception.
TEST(Trust, WhatMerelyNamesTheReceiverIsNotItsTrace) {
  for (const std::string trace : {
           "Received: from a (x by receiver.m001.mail.nic.example with ESMTP) by b.example with ESMTP; x\n",
           "X-Received: from a by receiver.m001.mail.nic.example with ESMTP; x\n",
           "Received: from a by receiver.m001.mail.nic.example; x\n",
           "Received: from a by receiver.m001.mail.nic.example with LMTP; x\n",
           "Received: from receiver.m001.mail.nic.example by b.example with ESMTP; x\n",
       }) {
    const auto results = results_of(trace + own("spf=pass"));
    EXPECT_THAT(results.trusted, IsEmpty()) << trace;
    EXPECT_EQ(results.foreign.size(), 1U) << trace;
  }
}

TEST(Trust, ManyForgedFieldsAreAllForeign) {
  std::string header = kOwnTrace + own("spf=fail");
  for (int i = 0; i < 1000; ++i) header += own("spf=pass");
  const auto results = results_of(header);
  EXPECT_THAT(told(results.trusted), ElementsAre("spf=fail "));
  EXPECT_EQ(results.foreign.size(), 1000U);
}

}  // namespace
}  // namespace labctl::mail
