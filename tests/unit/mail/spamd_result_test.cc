#include "labctl/mail/spamd_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SpamdResultField, MetricScoresSymbolsAndOptions) {
  const auto result = parse_spamd_result(
      " default: False [3.49 / 15.00];\n\tRDNS_NONE(2.00)[];\n\tR_SPF_NA(0.00)[no SPF record];\n"
      "\tMIME_GOOD(-0.10)[text/plain];\n\tDMARC_POLICY_ALLOW(-0.50)[m001.mail.nic.example,none];\n"
      "\tASN(0.00)[asn:64496, ipnet:198.18.0.0/15, country:JP];\n\tBARE(1);");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->metric, "default");
  EXPECT_FALSE(result->spam);
  EXPECT_DOUBLE_EQ(result->score, 3.49);
  EXPECT_DOUBLE_EQ(result->required, 15);
  ASSERT_EQ(result->symbols.size(), 6U);
  EXPECT_THAT(result->symbols[0].options, IsEmpty());
  EXPECT_DOUBLE_EQ(result->find("MIME_GOOD")->score, -0.1);
  EXPECT_THAT(result->find("R_SPF_NA")->options, ElementsAre("no SPF record"));
  EXPECT_THAT(result->find("ASN")->options, ElementsAre("asn:64496", "ipnet:198.18.0.0/15", "country:JP"));
  EXPECT_EQ(result->find("BARE")->score, 1);
  EXPECT_EQ(result->find("MIME"), nullptr);
  EXPECT_THAT(result->defects, IsEmpty());
}

TEST(SpamdResultField, SpamIsTrue) {
  EXPECT_TRUE(parse_spamd_result("default: True [-1.00 / 6.00]")->spam);
  EXPECT_DOUBLE_EQ(parse_spamd_result("default: True [-1.00 / 6.00]")->score, -1);
}

TEST(SpamdResultField, AnOptionMayHoldASemicolonOrABracket) {
  const auto result = parse_spamd_result("default: False [0 / 15]; A(1.0)[x;y]; B(2.0)[[198.18.0.1];z]; C(3.0)[]");
  ASSERT_TRUE(result);
  EXPECT_THAT(result->find("A")->options, ElementsAre("x;y"));
  ASSERT_NE(result->find("C"), nullptr);
}

TEST(SpamdResultField, WithoutMetricAndScoreThereIsNoResult) {
  for (const char* body : {"", "default", "default: False", "default: False [1.0]", "default: False [x / 15]",
                           "default: False [1 / 15", "default: False [nan / 15]", "default: False [1 / inf]",
                           "[1 / 15] default: False", "default: False ]1 / 15[", "A(1.0)[]; default: False [1 / 15]"})
    EXPECT_FALSE(parse_spamd_result(body)) << body;
}

TEST(SpamdResultField, WhatIsNoSymbolIsADefectWithItsPlace) {
  const std::string body = "default: False [1 / 15]; A(1.0)[]; junk; (1.0)[]; B(x)[]; C(1.0)z; D(1.0)[]";
  const auto result = parse_spamd_result(body);
  ASSERT_TRUE(result);
  EXPECT_NE(result->find("A"), nullptr);
  EXPECT_NE(result->find("D"), nullptr);
  EXPECT_EQ(result->symbols.size(), 2U);
  ASSERT_EQ(result->defects.size(), 4U);
  EXPECT_EQ(result->defects[0].text, "junk");
  for (const auto& defect : result->defects) EXPECT_EQ(body.substr(defect.position, defect.text.size()), defect.text);
}

TEST(SpamdResultField, HostileSizesAreBounded) {
  std::string body = "default: False [1 / 15]";
  for (int i = 0; i < 100'000; ++i) body += "; A(1.0)[x]";
  const auto result = parse_spamd_result(body);
  ASSERT_TRUE(result);
  ASSERT_FALSE(result->defects.empty());
  EXPECT_EQ(result->defects.back().what, "the field is too long");
  EXPECT_FALSE(parse_spamd_result(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace labctl::mail
