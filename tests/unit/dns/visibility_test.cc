#include "labctl/dns/visibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::dns {
namespace {

using testing::HasSubstr;

Answer visible_answer(const std::vector<const char*>& records, const char* rcode = "NOERROR") {
  Answer answer{.name = "_dmarc.m001.lab.example.", .type = "TXT", .rcode = rcode, .records = {}};
  for (const char* text : records) answer.records.push_back(parse_record(text, "m001.lab.example").value());
  return answer;
}
Answer remembered_absence(std::uint32_t seconds, const char* rcode = "NXDOMAIN") {
  auto answer = visible_answer({}, rcode);
  answer.has_soa = true;
  answer.negative_ttl = seconds;
  return answer;
}

TEST(Visibility, TheSameRecordsAreVisibleWhateverTheirTtl) {
  const auto seen = visibility_of(visible_answer({"_dmarc 20 TXT \"x\"", "_dmarc 20 TXT \"y\""}),
                                  visible_answer({"_dmarc 3 TXT \"y\"", "_dmarc 3 TXT \"x\""}));
  EXPECT_EQ(seen.state, VisibilityState::visible);
  EXPECT_EQ(seen.seconds, 0U);
}

TEST(Visibility, AnOldRecordIsKeptUntilItsTtlEnds) {
  const auto seen = visibility_of(visible_answer({"_dmarc 20 TXT \"new\""}), visible_answer({"_dmarc 7 TXT \"old\""}));
  EXPECT_EQ(seen.state, VisibilityState::old_records);
  EXPECT_EQ(seen.seconds, 7U);
  EXPECT_THAT(seen.why.en, HasSubstr("visible in 7 s, because"));
  EXPECT_THAT(seen.why.ja, HasSubstr("あと 7 秒"));
}

TEST(Visibility, ARecordThatWentIsAnOldRecord) {
  for (const char* rcode : {"NOERROR", "NXDOMAIN"})
    EXPECT_EQ(visibility_of(visible_answer({}, rcode), visible_answer({"_dmarc 7 TXT \"old\""})).state,
              VisibilityState::old_records);
}

TEST(Visibility, AnAbsenceIsRememberedForTheNegativeTtl) {
  for (const char* rcode : {"NOERROR", "NXDOMAIN"}) {
    const auto seen = visibility_of(visible_answer({"_dmarc 20 TXT \"new\""}), remembered_absence(5, rcode));
    EXPECT_EQ(seen.state, VisibilityState::old_absence);
    EXPECT_EQ(seen.seconds, 5U);
  }
}

TEST(Visibility, NothingAtBothIsTheSame) {
  EXPECT_EQ(visibility_of(visible_answer({}, "NXDOMAIN"), remembered_absence(5)).state, VisibilityState::visible);
}

TEST(Visibility, AReferralIsNoAnswerFromTheCache) {
  EXPECT_FALSE(is_from_cache(visible_answer({})));
  EXPECT_EQ(visibility_of(visible_answer({"_dmarc 20 TXT \"new\""}), visible_answer({})).state,
            VisibilityState::not_cached);
  EXPECT_EQ(visibility_of(visible_answer({}, "NXDOMAIN"), visible_answer({})).state, VisibilityState::not_cached);
}

TEST(Visibility, WhatAResolverFoundOfItsRootServersIsNoAnswer) {
  auto root = visible_answer({});
  root.records.push_back(parse_record(". 20 NS parent-dns.lab.example.", "m001.lab.example").value());
  EXPECT_EQ(visibility_of(visible_answer({}, "NXDOMAIN"), root).state, VisibilityState::not_cached);
}

TEST(Visibility, TroubleSaysNothingAboutTheChange) {
  for (const char* rcode : {"SERVFAIL", "REFUSED"}) {
    EXPECT_EQ(visibility_of(visible_answer({}, rcode), visible_answer({})).state, VisibilityState::unknown);
    const auto seen = visibility_of(visible_answer({"_dmarc 20 TXT \"new\""}), visible_answer({}, rcode));
    EXPECT_EQ(seen.state, VisibilityState::unknown);
    EXPECT_THAT(seen.why.en, HasSubstr(rcode));
    EXPECT_EQ(seen.seconds, std::nullopt);
  }
}

}  // namespace
}  // namespace labctl::dns
