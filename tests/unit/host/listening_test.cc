#include "labctl/host/listening.h"

#include <gtest/gtest.h>

namespace labctl::host {
namespace {

constexpr std::string_view kTable =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71 1 0 100 0 0 10 0\n"
    "   1: 0100007F:22BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   100        0 72 1 0 100 0 0 10 0\n"
    "  12: 0B0112C6:008F FE0012C6:C350 01 00000000:00000000 00:00000000 00000000     0        0 73 1 0 20 4 30 10 -1\n";

TEST(Listening, OnTheAddressOrOnAll) {
  EXPECT_TRUE(listens_in(kTable, "198.18.1.11", 25));
  EXPECT_TRUE(listens_in(kTable, "127.0.0.1", 8891));
}

TEST(Listening, NotOnAnotherAddressOrPort) {
  EXPECT_FALSE(listens_in(kTable, "198.18.1.11", 8891));
  EXPECT_FALSE(listens_in(kTable, "198.18.1.11", 587));
  EXPECT_FALSE(listens_in("", "127.0.0.1", 25));
}

TEST(Listening, AnOpenConnectionIsNone) { EXPECT_FALSE(listens_in(kTable, "198.18.1.11", 143)); }

}  // namespace
}  // namespace labctl::host
