#include "labctl/dns/zone_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "labctl/dns/zone_text.h"

namespace labctl::dns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kDiffedZone = "m001.lab.example";

Record diffed(std::string_view text) { return parse_record(text, kDiffedZone).value(); }
std::vector<Record> diffed_zone(std::initializer_list<const char*> lines) {
  std::vector<Record> records;
  for (const char* line : lines) records.push_back(diffed(line));
  return records;
}
std::vector<Record> sorted(std::vector<Record> records) {
  std::ranges::sort(records);
  return records;
}

TEST(EditToEqual, IsTheDifferenceAndNothingElse) {
  const auto edit = edit_to_equal(kDiffedZone, diffed_zone({"@ SOA ns h 7 1 1 1 1", "@ NS ns", "a A 198.18.0.1"}),
                                  diffed_zone({"@ SOA ns h 3 1 1 1 1", "@ NS ns", "b A 198.18.0.1"}));
  EXPECT_THAT(edit.remove, ElementsAre(diffed("a A 198.18.0.1")));
  EXPECT_THAT(edit.add, ElementsAre(diffed("b A 198.18.0.1")));
}

TEST(EditToEqual, AnotherNegativeTtlIsADifference) {
  const auto edit =
      edit_to_equal(kDiffedZone, diffed_zone({"@ SOA ns h 7 1 1 1 1"}), diffed_zone({"@ SOA ns h 7 1 1 1 60"}));
  EXPECT_EQ(edit.remove.size(), 1U);
  EXPECT_THAT(edit.add, ElementsAre(diffed("@ SOA ns h 7 1 1 1 60")));
}

TEST(WrittenOut, NeighboursTakeTheTtl) {
  const auto current = diffed_zone({"@ 20 TXT \"v=spf1 -all\"", "@ 20 MX 10 receiver"});
  const auto edit = written_out({.zone = kDiffedZone, .remove = {}, .add = {diffed("@ 300 TXT \"site\"")}}, current);
  EXPECT_THAT(edit.remove, ElementsAre(diffed("@ 20 TXT \"v=spf1 -all\"")));
  EXPECT_THAT(edit.add, UnorderedElementsAre(diffed("@ 300 TXT \"site\""), diffed("@ 300 TXT \"v=spf1 -all\"")));
}

TEST(WrittenOut, WhatIsThereAlreadyIsNoChange) {
  const auto current = diffed_zone({"a A 198.18.0.1", "b A 198.18.0.2"});
  EXPECT_TRUE(written_out({.zone = kDiffedZone, .remove = {}, .add = {current[0]}}, current).empty());
  EXPECT_TRUE(written_out({.zone = kDiffedZone, .remove = {current[0]}, .add = {current[0]}}, current).empty());
}

TEST(Applied, RefusesAnEditOfAnotherZone) {
  const auto current = diffed_zone({"a A 198.18.0.1"});
  const ZoneEdit gone{.zone = kDiffedZone, .remove = {diffed("b A 198.18.0.1")}, .add = {}};
  EXPECT_THAT(applied(current, gone).error().message, HasSubstr("b.m001.lab.example."));
  const ZoneEdit twice{.zone = kDiffedZone, .remove = {}, .add = {current[0]}};
  EXPECT_THAT(applied(current, twice).error().message, HasSubstr("already"));
}

TEST(Applied, ASerialIsNoReasonToRefuse) {
  const ZoneEdit edit{
      .zone = kDiffedZone, .remove = {diffed("@ SOA ns h 7 1 1 1 1")}, .add = {diffed("@ SOA ns h 8 1 1 1 60")}};
  EXPECT_TRUE(applied(diffed_zone({"@ SOA ns h 99 1 1 1 1"}), edit));
}

TEST(TookEffect, TellsOldFromNew) {
  const auto old_zone = diffed_zone({"a A 198.18.0.1", "b A 198.18.0.2"});
  const ZoneEdit edit{.zone = kDiffedZone, .remove = {diffed("a A 198.18.0.1")}, .add = {diffed("a A 198.18.0.9")}};
  EXPECT_FALSE(took_effect(edit, old_zone));
  EXPECT_TRUE(took_effect(edit, *applied(old_zone, edit)));
  EXPECT_FALSE(took_effect(inverse(edit), *applied(old_zone, edit)));
}

/// Zones as a name server holds them: one TTL a set, no record twice.
class RandomZones {
 public:
  std::vector<Record> zone() {
    std::vector<Record> records;
    const std::size_t size = number(0, 30);
    for (std::size_t i = 0; i < size; ++i) records = *applied(records, written_out(addition(), records));
    return records;
  }
  /// An edit such as a person thinks of: some records go, some come.
  ZoneEdit edit(const std::vector<Record>& records) {
    ZoneEdit edit = addition();
    for (std::size_t more = number(0, 3); more > 0; --more) edit.add.push_back(record());
    for (const auto& record : records)
      if (number(0, 4) == 0) edit.remove.push_back(record);
    return edit;
  }
  ZoneEdit addition() { return {.zone = kDiffedZone, .remove = {}, .add = {record()}}; }

 private:
  std::size_t number(std::size_t from, std::size_t to) {
    return std::uniform_int_distribution<std::size_t>(from, to)(random_);
  }
  Record record() {
    static const std::vector<Record> datas = diffed_zone({"@ A 198.18.0.1", "@ A 198.18.0.2", "@ TXT \"v=spf1 -all\"",
                                                          "@ TXT \"a\"", "@ TXT \"b\"", "@ MX 10 receiver"});
    Record made = datas[number(0, datas.size() - 1)];
    made.owner = std::string(1, static_cast<char>('a' + number(0, 3))) + "." + made.owner;
    made.ttl = number(0, 1) == 0 ? 20 : 300;
    return made;
  }
  std::mt19937 random_{20261129};
};

TEST(ZoneEditProperties, WhatAnEditDoesItsInverseTakesBack) {
  RandomZones random;
  for (int i = 0; i < 400; ++i) {
    const auto before = random.zone();
    const auto edit = written_out(random.edit(before), before);
    const auto after = applied(before, edit);
    ASSERT_TRUE(after) << after.error().message << "\n" << to_diff(edit);
    EXPECT_EQ(took_effect(edit, *after), true) << to_diff(edit);
    const auto back = applied(*after, inverse(edit));
    ASSERT_TRUE(back) << back.error().message << "\n" << to_diff(edit);
    ASSERT_EQ(sorted(*back), sorted(before)) << to_diff(edit);
  }
}

TEST(ZoneEditProperties, TheDifferenceOfTwoZonesMakesOneOfTheOther) {
  RandomZones random;
  for (int i = 0; i < 400; ++i) {
    const auto before = random.zone();
    const auto wanted = random.zone();
    const auto edit = edit_to_equal(kDiffedZone, before, wanted);
    ASSERT_EQ(sorted(applied(before, edit).value()), sorted(wanted)) << to_diff(edit);
    EXPECT_EQ(sorted(written_out(edit, before).add), sorted(edit.add)) << "the sets of a zone are whole already";
    EXPECT_TRUE(edit_to_equal(kDiffedZone, wanted, wanted).empty());
  }
}

TEST(ZoneEditProperties, OneTtlASet) {
  RandomZones random;
  for (int i = 0; i < 200; ++i) {
    const auto before = random.zone();
    const auto after = applied(before, written_out(random.edit(before), before)).value();
    for (const auto& a : after)
      for (const auto& b : after) {
        if (a.owner == b.owner && a.type == b.type) {
          ASSERT_EQ(a.ttl, b.ttl) << to_line(a) << "\n" << to_line(b);
        }
      }
  }
}

}  // namespace
}  // namespace labctl::dns
