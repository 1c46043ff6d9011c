#include "labctl/dns/zone_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::dns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTextZone = "m001.lab.example";

std::vector<std::string> lines(std::string_view text) {
  const auto records = parse_zone_text(text, kTextZone, "the.zone");
  if (!records) return {render(records.error())};
  std::vector<std::string> result;
  for (const auto& record : *records) result.push_back(to_line(record));
  return result;
}

TEST(ZoneText, OwnersTtlsAndOriginsCarryOver) {
  EXPECT_THAT(
      lines("$TTL 1m\n@ A 198.18.0.1\n  A 198.18.0.2\nx 20 A 198.18.0.3\n$ORIGIN y.m001.lab.example.\nz IN 30 CNAME @ "
            "; remark\n"),
      ElementsAre("m001.lab.example.\t60\tA\t198.18.0.1", "m001.lab.example.\t60\tA\t198.18.0.2",
                  "x.m001.lab.example.\t20\tA\t198.18.0.3", "z.y.m001.lab.example.\t30\tCNAME\ty.m001.lab.example."));
}

TEST(ZoneText, IsTakenAsKnotLoadsIt) {
  EXPECT_THAT(lines("x A 198.18.0.1"), ElementsAre("x.m001.lab.example.\t3600\tA\t198.18.0.1"))
      << "no TTL, no line end";
  EXPECT_THAT(lines("x 20 A 198.18.0.1\nX 20 A 198.18.0.1\n"), ElementsAre("x.m001.lab.example.\t20\tA\t198.18.0.1"));
  EXPECT_THAT(lines("x 20 A 198.18.0.1\nx 40 A 198.18.0.2\n"),
              ElementsAre("x.m001.lab.example.\t40\tA\t198.18.0.1", "x.m001.lab.example.\t40\tA\t198.18.0.2"));
  EXPECT_THAT(lines("x.other.example. 20 A 198.18.0.1\nxm001.lab.example. 20 A 198.18.0.1\n"), IsEmpty());
  EXPECT_THAT(lines(""), IsEmpty());
  EXPECT_THAT(lines("; nothing\n\n"), IsEmpty());
}

TEST(ZoneText, StringsOverSeveralLinesStayTogether) {
  EXPECT_THAT(lines("k TXT ( \"a\" ; remark\n\n\"b\" )\n"), ElementsAre("k.m001.lab.example.\t3600\tTXT\t\"a\" \"b\""));
}

TEST(ZoneText, TheRootHasNamesToo) {
  const auto records = parse_zone_text("@ 20 NS ns.example.\nexample 20 NS ns.example.\n", ".", "root.zone");
  EXPECT_EQ(records.value().size(), 2U);
}

TEST(ZoneText, AnErrorNamesItsLine) {
  EXPECT_THAT(lines("\nx A 198.18.0.1\n\ny A 198.18.0\nz A 198.18.0.2\n"),
              ElementsAre(HasSubstr("the.zone:4: the zone file can't be read: invalid IPv4 address")));
  EXPECT_THAT(lines("x TXT \"a\ny A 198.18.0.1\n"), ElementsAre(HasSubstr("the.zone:1: ")));
  EXPECT_THAT(lines("x TXT \"\xc3\xa4\"\n"), ElementsAre(HasSubstr("invalid text character")));
  EXPECT_THAT(lines("x TXT ( \"a\"\n"), ElementsAre(HasSubstr("unclosed")));
  EXPECT_THAT(lines("$GENERATE 1-2 a A 198.18.0.1\n"), ElementsAre(HasSubstr("invalid directive")));
  EXPECT_THAT(lines("x A 198.18.0.1\r\n"), ElementsAre(HasSubstr("CR")));
  EXPECT_THAT(lines(std::string_view("x A 198.18.0.1\0\n", 16)), ElementsAre(HasSubstr("the.zone:1: ")));
}

TEST(ZoneText, WhatIsNoTextIsCalledSo) {
  using namespace std::string_view_literals;
  EXPECT_THAT(lines("\xef\xbb\xbfx A 198.18.0.1\n"),
              ElementsAre(HasSubstr("the.zone:1: the zone file can't be read: it "
                                    "begins with a byte-order mark")));
  EXPECT_THAT(lines("\xff\xfex\0 \0"sv), ElementsAre(HasSubstr("it is UTF-16")));
  EXPECT_THAT(lines("x A 198.18.0.1\n\0\0\0"sv),
              ElementsAre(HasSubstr("the.zone:2: the zone file can't be read: it is no "
                                    "text")));
}

TEST(ZoneText, WhyItIsUnreadableStandsOnce) {
  const auto records = parse_zone_text("x A 198.18.0\n", kTextZone, "the.zone");
  EXPECT_EQ(why_unreadable(records.error()), "invalid IPv4 address");
}

TEST(ZoneText, NoFileIsOpenedForAnInclude) {
  EXPECT_THAT(lines("x A 198.18.0.1\n$INCLUDE /dev/zero\n"), ElementsAre(HasSubstr("the.zone:2: ")));
  EXPECT_THAT(lines("$INCLUDE /dev/zero\n"), ElementsAre(HasSubstr("does not follow $INCLUDE")));
}

TEST(ZoneLines, HoldEachRecordAsItStands) {
  const auto placed = parse_zone_lines(
      "x 20 A 198.18.0.1\n\n; nothing\nx 30 A 198.18.0.1\ny 20 TXT ( \"a\"\n  \"b\" )\nout.example. 20 A 198.18.0.2\n",
      kTextZone, "z");
  ASSERT_TRUE(placed.has_value());
  std::vector<std::string> told;
  for (const auto& [record, line] : *placed) told.push_back(std::to_string(line) + " " + to_line(record));
  EXPECT_THAT(told, ElementsAre("1 x.m001.lab.example.\t20\tA\t198.18.0.1", "4 x.m001.lab.example.\t30\tA\t198.18.0.1",
                                "6 y.m001.lab.example.\t20\tTXT\t\"a\" \"b\"", "7 out.example.\t20\tA\t198.18.0.2"));
}

TEST(Difference, LeavesOutTheSoaAndTheOrder) {
  const auto before =
      parse_zone_text("@ 20 SOA ns h 1 1 1 1 1\nx 20 A 198.18.0.1\ny 20 A 198.18.0.2\n", kTextZone, "z").value();
  const auto after =
      parse_zone_text("@ 20 SOA ns h 2 1 1 1 1\ny 20 A 198.18.0.2\nx 20 A 198.18.0.1\n", kTextZone, "z").value();
  EXPECT_EQ(difference(before, after), "");
  const auto changed =
      parse_zone_text("@ 20 SOA ns h 2 1 1 1 1\ny 20 A 198.18.0.2\nx 30 A 198.18.0.1\n", kTextZone, "z").value();
  EXPECT_EQ(difference(before, changed),
            "- x.m001.lab.example.\t20\tA\t198.18.0.1\n+ x.m001.lab.example.\t30\tA\t198.18.0.1\n");
}

}  // namespace
}  // namespace labctl::dns
