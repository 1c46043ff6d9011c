#include "labctl/dns/knot_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/dns/zone_text.h"
#include "tests/contract/daemon.h"
#include "tests/contract/knot_server.h"

namespace labctl::contract {
namespace {

using dns::Record;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kZoneText = R"(m001.lab.example. 20 SOA ns hostmaster 10 1 1 1 1
@ 20 NS ns
@ 20 MX 10 receiver
@ 20 TXT "v=spf1 -all"
@ 20 TXT "site=7"
ns 20 A 198.18.0.1
receiver 20 A 198.18.0.2
receiver 20 A 198.18.0.3
)";

Record record(std::string_view text) { return dns::parse_record(text, kZone).value(); }

class KnotControl : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!real()) return;
    LABCTL_NEEDS("knotd");
    LABCTL_NEEDS("knotc");
  }
  [[nodiscard]] bool real() const { return GetParam() == std::string_view("real"); }
  [[nodiscard]] std::unique_ptr<KnotServer> serve(const std::string& text = kZoneText) const {
    if (real()) return std::make_unique<RealKnotServer>(text);
    return fake_knot_server(text);
  }
  static std::vector<Record> content(const KnotServer& server) {
    auto records = server.control().read(kZone).value();
    std::ranges::sort(records);
    return records;
  }
  static dns::ZoneEdit edit(std::vector<Record> remove, std::vector<Record> add) {
    return {.zone = kZone, .remove = std::move(remove), .add = std::move(add)};
  }
  /// The edit is refused as the caller's mistake, and the zone is as it was and free.
  static void expect_refused(const KnotServer& server, const dns::ZoneEdit& edit, std::string_view why) {
    const auto before = content(server);
    const auto refused = server.control().apply(edit);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_THAT(refused.error().message, HasSubstr(why));
    EXPECT_EQ(content(server), before);
    EXPECT_FALSE(server.control().status(kZone).value().transaction_open);
  }
};

TEST_P(KnotControl, ReadsWhatTheFileHolds) {
  const auto server = serve();
  auto expected = dns::parse_zone_text(kZoneText, kZone, "zone").value();
  std::ranges::sort(expected);
  EXPECT_EQ(content(*server), expected);
}

TEST_P(KnotControl, TellsTheZonesState) {
  const auto server = serve();
  const auto status = server->control().status(kZone).value();
  EXPECT_EQ(status.serial, 10U);
  EXPECT_TRUE(status.loaded);
  EXPECT_FALSE(status.frozen);
  EXPECT_FALSE(status.transaction_open);
}

TEST_P(KnotControl, AppliesAnEditAndBumpsTheSerial) {
  const auto server = serve();
  const auto spf = record("@ 20 TXT \"v=spf1 a:sender.m001.lab.example -all\"");
  ASSERT_TRUE(server->control().apply(dns::edit_to_set(kZone, content(*server), spf)));
  EXPECT_THAT(content(*server), Contains(spf));
  EXPECT_THAT(content(*server), Contains(record("@ 20 TXT \"site=7\"")));
  EXPECT_THAT(content(*server), Not(Contains(record("@ 20 TXT \"v=spf1 -all\""))));
  const auto status = server->control().status(kZone).value();
  EXPECT_EQ(status.serial, 11U);
  EXPECT_FALSE(status.transaction_open);
}

TEST_P(KnotControl, RemovesEverythingOfAName) {
  const auto server = serve();
  ASSERT_TRUE(server->control().apply(dns::edit_to_unset(kZone, content(*server), "receiver.m001.lab.example.", "")));
  const auto left = content(*server);
  EXPECT_EQ(std::ranges::count(left, "receiver.m001.lab.example.", &Record::owner), 0);
}

TEST_P(KnotControl, TakesLongAndEscapedText) {
  const auto server = serve();
  const auto key = record("sel._domainkey TXT \"v=DKIM1; p=" + std::string(400, 'A') + "\"");
  const auto odd = record(R"(odd TXT "quote \" backslash \\ semicolon ; \; byte \195\164")");
  ASSERT_TRUE(server->control().apply(edit({}, {key, odd})));
  EXPECT_THAT(content(*server), Contains(key));
  EXPECT_THAT(content(*server), Contains(odd));
}

TEST_P(KnotControl, ChangesTheTtlOfARecord) {
  const auto server = serve();
  const auto mx = record("@ 300 MX 10 receiver");
  ASSERT_TRUE(server->control().apply(dns::edit_to_set(kZone, content(*server), mx)));
  EXPECT_THAT(content(*server), Contains(mx));
  EXPECT_THAT(content(*server), Not(Contains(record("@ 20 MX 10 receiver"))));
}

TEST_P(KnotControl, OneTtlHoldsForAWholeSet) {
  const auto server = serve();
  ASSERT_TRUE(server->control().apply(dns::edit_to_set(kZone, content(*server), record("@ 60 TXT \"v=spf1 ~all\""))));
  EXPECT_THAT(content(*server), Contains(record("@ 60 TXT \"site=7\"")));
}

TEST_P(KnotControl, TakesANewSoa) {
  const auto server = serve();
  const auto soa = record("@ 20 SOA ns hostmaster 77 2 2 2 2");
  ASSERT_TRUE(server->control().apply(dns::edit_to_set(kZone, content(*server), soa)));
  EXPECT_THAT(content(*server), Contains(soa));
}

TEST_P(KnotControl, RefusesARecordThatIsThereAlready) {
  const auto server = serve();
  expect_refused(*server, edit({}, {record("new 20 A 198.18.0.9"), record("ns 20 A 198.18.0.1")}),
                 "such record already exists in zone");
}

TEST_P(KnotControl, RefusesToRemoveWhatIsNotThere) {
  const auto server = serve();
  expect_refused(*server, edit({record("ns 20 A 198.18.0.9")}, {}), "no such record in zone found");
}

TEST_P(KnotControl, RefusesANameOutsideTheZone) {
  const auto server = serve();
  expect_refused(*server, edit({}, {record("www.other.example. 20 A 198.18.0.9")}), "name does not belong to the zone");
}

TEST_P(KnotControl, RefusesAZoneThatWouldMakeNoSense) {
  const auto server = serve();
  expect_refused(*server, edit({}, {record("ns 20 CNAME receiver")}), "semantic check");
}

TEST_P(KnotControl, LeavesAFrozenZoneAlone) {
  const auto server = serve();
  server->freeze();
  EXPECT_TRUE(server->control().status(kZone).value().frozen);
  const auto refused = server->control().apply(edit({}, {record("new 20 A 198.18.0.9")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::lab);
  EXPECT_THAT(refused.error().message, HasSubstr("frozen"));
}

TEST_P(KnotControl, LeavesSomebodyElsesTransactionOpen) {
  const auto server = serve();
  server->open_transaction();
  const auto refused = server->control().apply(edit({}, {record("new 20 A 198.18.0.9")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::lab);
  EXPECT_THAT(refused.error().message, HasSubstr("transaction open"));
  EXPECT_TRUE(server->control().status(kZone).value().transaction_open);
}

TEST_P(KnotControl, LeavesAZoneThatIsNotLoadedAlone) {
  const auto server = serve("this is no zone\n");
  EXPECT_FALSE(server->control().status(kZone).value().loaded);
  EXPECT_THAT(content(*server), IsEmpty());
  const auto refused = server->control().apply(edit({}, {record("new 20 A 198.18.0.9")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::lab);
  EXPECT_THAT(refused.error().message, HasSubstr("has not loaded"));
  EXPECT_FALSE(server->control().status(kZone).value().transaction_open);
}

TEST_P(KnotControl, KnowsNoOtherZone) {
  const auto server = serve();
  for (const auto& error :
       {server->control().read("other.example").error(), server->control().status("other.example").error()}) {
    EXPECT_EQ(error.kind, ErrorKind::lab);
    EXPECT_THAT(error.message, HasSubstr("no such zone found"));
  }
}

INSTANTIATE_TEST_SUITE_P(, KnotControl, testing::Values("fake", "real"),
                         [](const auto& suite) { return std::string(suite.param); });

}  // namespace
}  // namespace labctl::contract
