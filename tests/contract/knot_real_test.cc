// What only a real knotd can show: the files that it reads and writes, when a change is served, and how it wedges.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "labctl/base/file.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/resolver.h"
#include "labctl/dns/zone_text.h"
#include "tests/contract/daemon.h"
#include "tests/contract/knot_server.h"
#include "tests/fakes/loopback.h"

namespace labctl::contract {
namespace {

using testing::HasSubstr;

const std::string kHead = "m001.lab.example. 20 SOA ns hostmaster 10 1 1 1 1\n@ 20 NS ns\nns 20 A 198.18.0.1\n";

class Knot : public testing::Test {
 protected:
  void SetUp() override {
    LABCTL_NEEDS("knotd");
    LABCTL_NEEDS("knotc");
  }
  static std::string unloaded(const RealKnotServer& server) {
    const auto text = read_file(server.zone_file()).value();
    return dns::difference(server.control().read(kZone).value(), dns::parse_zone_text(text, kZone, "zone").value());
  }
  static dns::ZoneEdit edit(std::string_view text) {
    return {.zone = kZone, .remove = {}, .add = {dns::parse_record(text, kZone).value()}};
  }
};

TEST_F(Knot, LoadsWhatParseZoneTextReads) {
  const RealKnotServer server(kHead + R"(
@ 20 MX 10 Receiver.M001.lab.example.
no-ttl A 198.18.0.2
	A 198.18.0.3
hour 1h A 198.18.0.2
class-first IN 30 A 198.18.0.2
esc TXT "a\"b\\c\; \195\164"
bare TXT foo bar
sel._domainkey IN TXT ( "v=DKIM1; k=rsa; "
    "p=abc" ) ; comment
srv SRV 1 2 3 Ns
caa CAA 0 issue "ca.example"
odd TYPE65280 \# 2 0102
Twice 20 A 198.18.1.1
twice 20 A 198.18.1.1
two-ttls 20 A 198.18.1.1
two-ttls 40 A 198.18.1.2
far.other.example. 20 A 198.18.1.1
$TTL 77
of-file A 198.18.1.1
$ORIGIN sub.m001.lab.example.
deep A 198.18.1.1
*.deep A 198.18.1.1
)");
  EXPECT_EQ(unloaded(server), "");
  EXPECT_EQ(server.control().read(kZone).value().size(), 20U);
}

TEST_F(Knot, AHandEditThatIsNotReloadedShows) {
  const RealKnotServer server(kHead);
  std::ofstream(server.zone_file(), std::ios::app) << "new 20 A 198.18.0.9\n";
  EXPECT_EQ(unloaded(server), "+ new.m001.lab.example.\t20\tA\t198.18.0.9\n");
  EXPECT_EQ(server.knotc({"-b", "zone-reload", kZone}), 0);
  EXPECT_EQ(unloaded(server), "");
}

TEST_F(Knot, AnEditIsServedWhenApplyReturns) {
  const RealKnotServer server(kHead);
  const dns::Resolver resolver({std::make_shared<fakes::OwnNetwork>(), "127.0.0.1", server.port()});
  const auto control = server.control();
  const auto begin = real_clock().now();
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto name = fmt::format("n{}", i);
    ASSERT_TRUE(control.apply(edit(name + " 20 A 198.18.0.9")));
    EXPECT_EQ(resolver.serial(kZone).value(), 11 + i);
    EXPECT_EQ(resolver.query(name + "." + kZone, "A").value().records.size(), 1U);
  }
  const std::chrono::duration<double, std::milli> took = real_clock().now() - begin;
  RecordProperty("milliseconds_per_edit", fmt::format("{:.2f}", took.count() / 20));
}

TEST_F(Knot, WritesAnEditToTheFile) {
  const RealKnotServer server(kHead);
  ASSERT_TRUE(server.control().apply(edit("_dmarc 20 TXT \"v=DMARC1; p=none\"")));
  EXPECT_TRUE(
      wait_until(real_clock(), {}, "the zone file", [&]() -> Result<bool> { return unloaded(server).empty(); }));
}

// A blocking reload while a transaction is open: the control socket answers nobody any more.
TEST_F(Knot, AWedgedControlSocketIsATimeout) {
  RealKnotServer server(kHead);
  server.open_transaction();
  EXPECT_NE(server.knotc({"-b", "zone-reload", kZone}), 0);
  // More than the queue of connections takes.
  for (int i = 0; i < 12; ++i) {
    const auto status = dns::KnotControl(server.socket(), Milliseconds{30}).status(kZone);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::timeout) << render(status.error());
    EXPECT_THAT(status.error().hint, HasSubstr("zone repair"));
  }
}

TEST_F(Knot, OfAnEndedServerTheErrorSaysSo) {
  std::string socket;
  {
    const RealKnotServer server(kHead);
    socket = server.socket();
  }
  const auto status = dns::KnotControl(socket).status(kZone);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::lab);
  EXPECT_THAT(status.error().message, HasSubstr("can't connect"));
}

}  // namespace
}  // namespace labctl::contract
