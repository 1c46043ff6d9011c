#include "labctl/dns/zone_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::dns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kEditedZone = "m001.lab.example";

Record record(std::string_view text) { return parse_record(text, kEditedZone).value(); }

const Record kEditedSoa = record("@ SOA ns hostmaster 10 1 1 1 1");
const Record kMx = record("@ MX 10 receiver");
const Record kSpf = record("@ TXT \"v=spf1 -all\"");
const Record kSite = record("@ TXT \"site=7\"");
const Record kDmarc = record("_dmarc TXT \"v=DMARC1; p=none\"");
const Record kA = record("receiver A 198.18.0.2");
const std::vector<Record> kCurrent{kEditedSoa, kMx, kSpf, kSite, kDmarc, kA};

TEST(EditToSet, ReplacesTheSet) {
  const auto wanted = record("receiver A 198.18.0.9");
  const auto edit = edit_to_set(kEditedZone, kCurrent, wanted);
  EXPECT_EQ(edit.zone, kEditedZone);
  EXPECT_THAT(edit.remove, ElementsAre(kA));
  EXPECT_THAT(edit.add, ElementsAre(wanted));
}

TEST(EditToSet, ReplacesTextOfTheSameKindOnly) {
  const auto spf = record("@ TXT \"V=SPF1 a -all\"");
  EXPECT_THAT(edit_to_set(kEditedZone, kCurrent, spf).remove, ElementsAre(kSpf));
  const auto site = record("@ TXT \"site=8\"");
  EXPECT_THAT(edit_to_set(kEditedZone, kCurrent, site).remove, IsEmpty());
  EXPECT_THAT(edit_to_set(kEditedZone, kCurrent, site).add, ElementsAre(site));
  const auto dmarc = record("_dmarc TXT \"v=DMARC1;p=reject\"");
  EXPECT_THAT(edit_to_set(kEditedZone, kCurrent, dmarc).remove, ElementsAre(kDmarc));
}

TEST(EditToSet, AKeyWithoutVersionIsAKey) {
  const auto bare = record("sel._domainkey TXT \"k=rsa; p=AAAA\"");
  const auto key = record("sel._domainkey TXT \"v=DKIM1; k=rsa; p=BBBB\"");
  EXPECT_THAT(edit_to_set(kEditedZone, {bare}, key).remove, ElementsAre(bare));
  EXPECT_THAT(edit_to_set(kEditedZone, {key}, bare).remove, ElementsAre(key));
}

TEST(EditToSet, IsEmptyWhenItIsSoAlready) {
  for (const auto& there : kCurrent) EXPECT_TRUE(edit_to_set(kEditedZone, kCurrent, there).empty()) << to_line(there);
}

TEST(EditToSet, AnotherTtlIsAnEdit) {
  const auto slow = record("receiver 300 A 198.18.0.2");
  const auto edit = edit_to_set(kEditedZone, kCurrent, slow);
  EXPECT_THAT(edit.remove, ElementsAre(kA));
  EXPECT_THAT(edit.add, ElementsAre(slow));
}

TEST(EditToSet, LeavesOneOfSeveral) {
  const auto second = record("receiver A 198.18.0.3");
  const auto edit = edit_to_set(kEditedZone, {kA, second}, kA);
  EXPECT_THAT(edit.remove, ElementsAre(second));
  EXPECT_THAT(edit.add, IsEmpty());
}

TEST(EditToUnset, RemovesOneTypeOrAll) {
  EXPECT_THAT(edit_to_unset(kEditedZone, kCurrent, "m001.lab.example.", "txt").remove, ElementsAre(kSpf, kSite));
  EXPECT_THAT(edit_to_unset(kEditedZone, kCurrent, "m001.lab.example.", "").remove, ElementsAre(kMx, kSpf, kSite));
  EXPECT_TRUE(edit_to_unset(kEditedZone, kCurrent, "none.m001.lab.example.", "").empty());
  EXPECT_TRUE(edit_to_unset(kEditedZone, kCurrent, "m001.lab.example.", "SOA").empty());
}

TEST(ToDiff, ShowsWhatGoesAndWhatComes) {
  EXPECT_EQ(to_diff(edit_to_set(kEditedZone, kCurrent, record("_dmarc TXT \"v=DMARC1; p=reject\""))),
            "- _dmarc.m001.lab.example.\t20\tTXT\t\"v=DMARC1; p=none\"\n"
            "+ _dmarc.m001.lab.example.\t20\tTXT\t\"v=DMARC1; p=reject\"\n");
  EXPECT_EQ(to_diff({}), "");
}

}  // namespace
}  // namespace labctl::dns
