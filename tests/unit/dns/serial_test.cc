#include "labctl/dns/serial.h"

#include <gtest/gtest.h>

#include "labctl/dns/record.h"

namespace labctl::dns {
namespace {

constexpr std::chrono::sys_days kToday = std::chrono::year{2026} / 11 / 29;

TEST(NextSerial, IsTheDaysOrOneMore) {
  EXPECT_EQ(next_serial(2025103001, kToday), 2026112900U);
  EXPECT_EQ(next_serial(2026112900, kToday), 2026112901U);
  EXPECT_EQ(next_serial(2026112999, kToday), 2026113000U);
  EXPECT_EQ(next_serial(2030010100, kToday), 2030010101U);
  EXPECT_EQ(next_serial(1, kToday), 2026112900U);
}

TEST(NextSerial, IsAlwaysNewer) {
  // RFC 1982 section 3.2: half of the circle away nothing is newer or older, and behind it the day's serial is older.
  for (const std::uint32_t current : {0U, 0xffffffffU, 0x7fffffffU, 0x80000000U, 2026112900U + 0x80000000U,
                                      2026112900U + 0x7fffffffU, 2026112900U - 0x7fffffffU})
    EXPECT_TRUE(serial_is_newer(next_serial(current, kToday), current)) << current;
}

TEST(WithSerial, ChangesNothingElse) {
  const std::string text =
      "; SOA of a comment 1 2 3\n$TTL 20\n@ IN SOA ns.x. host\\.master.x. ( ; names\n\t2025103001 ; serial\n 1 1 1 1 "
      ")\n"
      "a TXT \"SOA x y 7\"\n";
  EXPECT_EQ(serial_in(text), 2025103001U);
  auto wanted = text;
  wanted.replace(wanted.find("2025103001"), 10, "2026112900");
  EXPECT_EQ(with_serial(text, 2026112900), wanted);
  EXPECT_EQ(with_serial("a TXT \"SOA x y 7\"\n", 1), std::nullopt);
  EXPECT_EQ(with_serial("@ SOA ns host", 1), std::nullopt);
  EXPECT_EQ(serial_in("@ SOA ns host many 1 1 1 1"), std::nullopt);
  EXPECT_EQ(serial_in("@ SOA ns host 99999999999 1 1 1 1"), std::nullopt);
}

// As Knot writes a signed zone: the record's signature may stand before it, or without it.
TEST(Serial, IsOfTheSoaAndOfNoSignature) {
  const std::string signed_by =
      "z. 20 RRSIG SOA 13 3 86400 20261213000000 20261129000000 4711 z. c2ln\n"
      "z. 20 NSEC a.z. NS SOA TXT RRSIG NSEC DNSKEY\n";
  EXPECT_EQ(serial_in(signed_by), std::nullopt);
  const auto zone = signed_by + "z. 20 SOA ns.z. host.z. 2026112901 1 1 1 1\n";
  EXPECT_EQ(serial_in(zone), 2026112901U);
  EXPECT_EQ(with_serial(zone, 7), signed_by + "z. 20 SOA ns.z. host.z. 7 1 1 1 1\n");
}

}  // namespace
}  // namespace labctl::dns
