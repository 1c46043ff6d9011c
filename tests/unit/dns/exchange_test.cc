#include "labctl/dns/exchange.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_name_server.h"

namespace labctl::dns {
namespace {

using fakes::FakeNameServer;

// The queue of datagrams is never empty here, as in a flood that is faster than its reader.
TEST(AskOverUdp, AFloodOfGarbageDoesNotHoldIt) {
  const FakeNameServer server([](const Wire&) { return std::vector<Wire>(100, Wire(40, 0xff)); });
  int looked_at = 0;
  const auto slow_reader = [&](std::span<const std::uint8_t>) {
    ++looked_at;
    real_clock().pause(Milliseconds{10});
    return false;
  };
  const auto got = ask_over_udp(server.endpoint(), Wire(12), slow_reader, Milliseconds{50}, Deadline(Milliseconds{50}));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::timeout);
  EXPECT_GE(looked_at, 1);
  EXPECT_LE(looked_at, 10);
}

}  // namespace
}  // namespace labctl::dns
