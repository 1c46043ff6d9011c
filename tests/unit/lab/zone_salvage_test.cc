#include "labctl/lab/zone_salvage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::lab {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* kLastSoa = "m001.lab.example.\t20\tSOA\tns.m001.lab.example. h.m001.lab.example. 7 1 1 1 1";
constexpr const char* kHead = "@ 20 SOA ns h 5 1 1 1 1\n";

Result<SalvagedZone> salvaged(const std::string& text, const std::string& last = kLastSoa) {
  return salvage_zone(text, "m001.lab.example", "the.zone", last);
}

TEST(ZoneSalvage, OnlyTheLineThatCannotBeReadBecomesAComment) {
  const auto zone = salvaged(std::string(kHead) + "a 20 A 198.18.0\nb 20 A 198.18.0.1\n").value();
  EXPECT_EQ(zone.text, std::string(kHead) + "; a 20 A 198.18.0\nb 20 A 198.18.0.1\n");
  EXPECT_THAT(zone.commented_out, ElementsAre("2: a 20 A 198.18.0"));
  EXPECT_FALSE(zone.soa_put_back);
}

TEST(ZoneSalvage, ASoaThatIsGoneComesBackAndNoRecordIsLost) {
  const auto zone = salvaged("; begun by hand\na 20 A 198.18.0.1\n").value();
  EXPECT_EQ(zone.text, std::string(kLastSoa) + "\n; begun by hand\na 20 A 198.18.0.1\n");
  EXPECT_TRUE(zone.soa_put_back);
}

TEST(ZoneSalvage, ASoaThatCannotBeReadIsKeptAsAComment) {
  const auto zone = salvaged("@ 20 SOA ns h x 1 1 1 1\na 20 A 198.18.0.1\n").value();
  EXPECT_THAT(zone.text, StartsWith(kLastSoa));
  EXPECT_THAT(zone.commented_out, ElementsAre("1: @ 20 SOA ns h x 1 1 1 1"));
}

TEST(ZoneSalvage, WithoutAnEarlierSoaAFileWithoutSoaIsRefused) {
  EXPECT_EQ(salvaged("a 20 A 198.18.0.1\n", "").error().message, "the zone file has no SOA that can be read");
}

}  // namespace
}  // namespace labctl::lab
