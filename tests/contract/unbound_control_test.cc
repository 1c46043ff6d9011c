// labctl's half of unbound's control protocol against the real unbound.
#include "labctl/dns/unbound_control.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/resolver.h"
#include "tests/contract/daemon.h"
#include "tests/contract/knot_server.h"
#include "tests/fakes/loopback.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::contract {
namespace {

constexpr const char* kUnboundConfiguration = R"(server:
    directory: "{0}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    interface: 127.0.0.1
    port: {1}
    do-not-query-localhost: no
    module-config: "iterator"
    num-threads: 1
stub-zone:
    name: "{2}"
    stub-addr: 127.0.0.1@{3}
remote-control:
    control-enable: yes
    control-interface: "{0}/control.sock"
    control-use-cert: no
)";

const std::string kUnboundZoneText =
    "m001.lab.example. 300 SOA ns hostmaster 10 1 1 1 300\n@ 300 NS ns\nns 300 A 198.18.0.1\n"
    "_dmarc 300 TXT \"v=DMARC1; p=none\"\n";

class Unbound : public testing::Test {
 protected:
  void SetUp() override {
    LABCTL_NEEDS("unbound");
    LABCTL_NEEDS("knotd");
    knot_ = std::make_unique<RealKnotServer>(kUnboundZoneText);
    port_ = free_port();
    const auto configuration = directory_.path() + "/unbound.conf";
    ASSERT_TRUE(
        write_file(configuration, fmt::format(kUnboundConfiguration, directory_.path(), port_, kZone, knot_->port())));
    daemon_ = std::make_unique<Daemon>(std::vector<std::string>{"unbound", "-d", "-c", configuration},
                                       directory_.path() + "/log");
    const auto up = wait_until(real_clock(), {}, "unbound",
                               [&]() -> Result<bool> { return control().flush_zone(kZone).has_value(); });
    ASSERT_TRUE(up) << read_file(directory_.path() + "/log").value_or("");
  }
  [[nodiscard]] dns::UnboundControl control() const { return dns::UnboundControl(directory_.path() + "/control.sock"); }
  [[nodiscard]] dns::Answer ask(std::string_view name, std::string_view type) const {
    return dns::Resolver({std::make_shared<fakes::OwnNetwork>(), "127.0.0.1", port_}).query(name, type).value();
  }

  fakes::TemporaryDirectory directory_;
  std::unique_ptr<RealKnotServer> knot_;
  std::unique_ptr<Daemon> daemon_;
  std::uint16_t port_ = 0;
};

TEST_F(Unbound, FlushForgetsPositiveAndNegativeEntries) {
  const std::string dmarc = "_dmarc." + kZone;
  const std::string spf = kZone;
  const auto old = ask(dmarc, "TXT").records;
  ASSERT_EQ(old.size(), 1U);
  ASSERT_TRUE(ask(spf, "TXT").records.empty());

  const auto stricter = dns::parse_record("_dmarc 300 TXT \"v=DMARC1; p=reject\"", kZone).value();
  auto edit = dns::edit_to_set(kZone, knot_->control().read(kZone).value(), stricter);
  edit.add.push_back(dns::parse_record("@ 300 TXT \"v=spf1 -all\"", kZone).value());
  ASSERT_TRUE(knot_->control().apply(edit));
  EXPECT_EQ(ask(dmarc, "TXT").records.at(0).rdata, old.at(0).rdata) << "the cache is what this test is about";
  EXPECT_TRUE(ask(spf, "TXT").records.empty());

  ASSERT_TRUE(control().flush_zone(kZone));
  EXPECT_EQ(ask(dmarc, "TXT").records.at(0).rdata, stricter.rdata);
  EXPECT_EQ(ask(spf, "TXT").records.size(), 1U);
}

}  // namespace
}  // namespace labctl::contract
