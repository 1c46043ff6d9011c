// Over 400 lines: one kind of name server, played for each thing that can befall an edit.
#include "labctl/lab/zone_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labctl/dns/zone_diff.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosts.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kZone = "m001.mail.nic.example";
constexpr const char* kFile = "/var/lib/knot/m001.mail.nic.example.zone";

dns::Record record(std::string_view text) { return *dns::parse_record(text, kZone); }

/// One authority and one resolver with a cache of whole answers.
class FakeNameServers final : public NameServers {
 public:
  explicit FakeNameServers(fakes::FakeHosts& hosts) : hosts_(hosts) {}

  Result<std::vector<dns::Record>> read(const std::string& host, const std::string& zone) override {
    asked_host = host;
    asked_zone = zone;
    return records;
  }
  Result<dns::ZoneStatus> status(const std::string&, const std::string&) override {
    return dns::ZoneStatus{.serial = serial_, .frozen = frozen, .transaction_open = transaction_open};
  }
  Result<dns::ZoneEdit> transaction(const std::string&, const std::string&) override { return open_edit; }
  Result<void> apply(const std::string& host, const dns::ZoneEdit& edit) override {
    ++applied;
    if (on_apply) on_apply();
    if (apply_failure) return std::unexpected(*apply_failure);
    for (const auto& gone : edit.remove) std::erase(records, gone);
    records.insert(records.end(), edit.add.begin(), edit.add.end());
    ++serial_;
    if (flushes_to_file) write_file(host);
    if (on_flush) on_flush();
    return {};
  }
  Result<dns::Answer> query(const std::string& host, std::string_view name, std::string_view type) override {
    dns::Answer answer{.name = std::string(name),
                       .type = std::string(type),
                       .rcode = "NOERROR",
                       .authoritative = host != "resolver",
                       .records = {}};
    if (host == "resolver" && answers_until_expiry > 0 && --answers_until_expiry == 0) cache = records;
    auto& source = host == "resolver" ? cache : records;
    for (const auto& r : source)
      if (r.owner == name && r.type == type) answer.records.push_back(r);
    // RFC 4592 section 3.3.1, as far as these tests need it.
    if (answer.records.empty())
      for (const auto& r : source)
        if (r.owner.starts_with("*.") && r.type == type && std::string(name).ends_with(r.owner.substr(1)))
          answer.records.push_back({std::string(name), r.ttl, r.type, r.rdata});
    return answer;
  }
  Result<dns::Answer> cached(const std::string& host, std::string_view name, std::string_view type) override {
    return query(host, name, type);
  }
  Result<std::uint32_t> serial(const std::string&, std::string_view) override { return serial_; }
  Result<void> flush(const std::string& resolver, std::string_view) override {
    EXPECT_EQ(resolver, "resolver");
    if (++flushed > stale_flushes) cache = records;
    return {};
  }
  void write_file(const std::string& host) {
    std::string text;
    for (const auto& r : records) text += dns::to_line(r) + "\n";
    hosts_[host].write(kFile, text, "m001.mail.nic.example.zone.Ab12Cd");
  }

  std::vector<dns::Record> records{record("@ 20 SOA ns hostmaster 1 1 1 1 1"), record("@ 20 NS ns"),
                                   record("ns 20 A 198.18.1.11"), record("_dmarc 20 TXT \"v=DMARC1; p=none\"")};
  std::vector<dns::Record> cache = records;
  bool frozen = false;
  bool transaction_open = false;
  bool flushes_to_file = true;
  dns::ZoneEdit open_edit{.zone = kZone, .remove = {}, .add = {}};
  std::function<void()> on_apply;
  std::function<void()> on_flush;  ///< behind Knot's flush of an edit
  std::optional<Error> apply_failure;
  int applied = 0;
  int flushed = 0;
  int stale_flushes = 0;
  int answers_until_expiry = 0;  ///< so many more before what is cached ends; 0: it does not
  std::string asked_host;
  std::string asked_zone;

 private:
  fakes::FakeHosts& hosts_;
  std::uint32_t serial_ = 1;
};

class ZonePortTest : public testing::Test {
 protected:
  ZonePortTest() : topology_(*topology::make_topology({.participants = 2})), hosts_(topology_) {
    auto servers = std::make_unique<FakeNameServers>(hosts_);
    servers_ = servers.get();
    port_ = std::make_unique<ZonePortImpl>(hosts_, topology_, std::move(servers), clock_, std::stop_token{},
                                           directory_.path());
    servers_->write_file("receiver.m001");
    hosts_["receiver.m001"].on_run = [this](const host::Command& command) {
      auto& host = hosts_["receiver.m001"];
      if (command.argv.front() == "ln") host.write(command.argv.back(), host.file(command.argv.at(3)));
      if (command.argv.front() == "knotc") servers_->transaction_open = false;
      return ProcessResult{};
    };
  }
  dns::ZoneEdit edit() const {
    return dns::edit_to_set(kZone, servers_->records, record("_dmarc 20 TXT \"v=DMARC1; p=reject\""));
  }

  std::vector<ZoneHistoryEntry> history() const { return *ZoneHistory(directory_.path()).entries(kZone); }
  std::size_t times_run(const std::string& program) {
    return static_cast<std::size_t>(
        std::ranges::count_if(hosts_["receiver.m001"].ran, [&](const auto& argv) { return argv.front() == program; }));
  }

  fakes::TemporaryDirectory directory_;
  topology::Topology topology_;
  fakes::FakeHosts hosts_;
  fakes::FakeClock clock_;
  FakeNameServers* servers_ = nullptr;
  std::unique_ptr<ZonePortImpl> port_;
};

TEST_F(ZonePortTest, FindsTheHostThatServesAZone) {
  const std::vector<std::array<const char*, 3>> cases{{"M001.mail.nic.example.", "receiver.m001", kZone},
                                                      {"mail.nic.example", "parent-dns", "mail.nic.example"},
                                                      {"example", "parent-dns", "example"},
                                                      {".", "parent-dns", "."},
                                                      {"18.198.in-addr.arpa", "parent-dns", "18.198.in-addr.arpa"}};
  for (const auto& [zone, host, name] : cases) {
    ASSERT_TRUE(port_->read(zone)) << zone;
    EXPECT_EQ(servers_->asked_host, host);
    EXPECT_EQ(servers_->asked_zone, name);
  }
  const auto unknown = port_->read("m0001.mail.nic.example");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().hint, HasSubstr("m001.mail.nic.example"));
}

TEST_F(ZonePortTest, FollowsAnEditToTheResolver) {
  servers_->stale_flushes = 2;
  const auto edited = port_->apply(edit());
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_EQ(edited->serial_before, 1U);
  EXPECT_EQ(edited->serial_after, 2U);
  EXPECT_EQ(edited->authority.server, "receiver.m001");
  EXPECT_EQ(edited->resolver.server, "resolver");
  ASSERT_EQ(edited->resolver.answers.size(), 1U);
  EXPECT_THAT(edited->resolver.answers[0].records[0].rdata, HasSubstr("p=reject"));
  EXPECT_THAT(edited->diff, HasSubstr("- _dmarc"));
  EXPECT_EQ(servers_->flushed, 3) << "flushed until the resolver answers with the new record";
}

TEST_F(ZonePortTest, ARemovedRecordIsGoneAtTheResolver) {
  const auto edited =
      port_->apply(dns::edit_to_unset(kZone, servers_->records, record("_dmarc 20 TXT \"x\"").owner, "TXT"));
  ASSERT_TRUE(edited) << render(edited.error());
  ASSERT_EQ(edited->resolver.answers.size(), 1U);
  EXPECT_TRUE(edited->resolver.answers[0].records.empty());
}

// The sweep met this one: the authority goes on answering with what was removed.
TEST_F(ZonePortTest, ARemovedRecordThatAWildcardNowAnswersForIsNoTrouble) {
  ASSERT_TRUE(port_->apply({.zone = kZone, .remove = {}, .add = {record("bulk 20 TXT \"v=spf1 -all\"")}}));
  const auto edited = port_->apply(
      {.zone = kZone, .remove = {record("bulk 20 TXT \"v=spf1 -all\"")}, .add = {record("* 20 TXT \"v=spf1 -all\"")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, HasSubstr("- bulk"));
}

TEST_F(ZonePortTest, AnEmptyEditLooksAllTheSame) {
  const auto edited = port_->apply({.zone = kZone, .remove = {}, .add = {}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_EQ(servers_->applied, 0);
  EXPECT_EQ(edited->resolver.answers.size(), 3U);
  EXPECT_EQ(edited->serial_before, edited->serial_after);
}

TEST_F(ZonePortTest, AResolverThatKeepsOldAnswersIsNamed) {
  servers_->stale_flushes = 1'000'000;
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().kind, ErrorKind::timeout);
  EXPECT_EQ(edited.error().where, "resolver: unbound");
}

TEST_F(ZonePortTest, AnEditByHandIsNotOverwritten) {
  auto& host = hosts_["receiver.m001"];
  host.append(kFile, "hand 20 TXT \"mine\"\n");
  const auto refused = port_->apply(edit());
  ASSERT_FALSE(refused);
  EXPECT_EQ(servers_->applied, 0);
  EXPECT_THAT(refused.error().message, HasSubstr("+ hand.m001.mail.nic.example."));
  EXPECT_THAT(refused.error().hint, HasSubstr("knotc zone-reload m001.mail.nic.example"));
  EXPECT_THAT(refused.error().where, HasSubstr("receiver.m001:/var/lib/knot/"));

  servers_->write_file("receiver.m001");
  host.append(kFile, "broken 20 A not-an-address\n");
  const auto broken = port_->apply(edit());
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr(".zone:5"));
  EXPECT_EQ(servers_->applied, 0);
}

TEST_F(ZonePortTest, ASerialTurnedByHandLosesNothing) {
  hosts_["receiver.m001"].write(
      kFile,
      "@ 20 SOA ns hostmaster 99 1 1 1 1\n@ 20 NS ns\nns 20 A 198.18.1.11\n_dmarc 20 TXT \"v=DMARC1; p=none\"\n");
  EXPECT_TRUE(port_->apply(edit()));
}

TEST_F(ZonePortTest, AFrozenZoneSaysWhatMendsIt) {
  servers_->frozen = true;
  const auto refused = port_->apply(edit());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "receiver.m001: knot");
  EXPECT_THAT(refused.error().hint, HasSubstr("labctl exec receiver.m001 -- knotc zone-thaw m001.mail.nic.example"));
}

TEST_F(ZonePortTest, SomebodysTransactionIsLeftAlone) {
  servers_->transaction_open = true;
  const auto refused = port_->apply(edit());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().hint, HasSubstr("zone-commit"));
  EXPECT_EQ(times_run("knotc"), 0U);
}

TEST_F(ZonePortTest, ATransactionThatAKilledLabctlLeftIsGivenUp) {
  auto& host = hosts_["receiver.m001"];
  const ZoneHistory kept(directory_.path());
  // In all of its stages: begun, half written, and one whose edit nobody noted.
  for (const bool noted : {true, false}) {
    SCOPED_TRACE(noted);
    if (noted) {
      ASSERT_TRUE(kept.begin({.edit = edit()}));
    }
    servers_->open_edit.remove = noted ? edit().remove : std::vector<dns::Record>{};
    host.write(kIntentFile, std::string(kZone) + "\n");
    servers_->transaction_open = true;
    const auto edited = port_->apply(
        dns::edit_to_set(kZone, servers_->records, record(noted ? "a 20 TXT \"first\"" : "a 20 TXT \"second\"")));
    ASSERT_TRUE(edited) << render(edited.error());
    EXPECT_EQ(host.file(kIntentFile), "none\n");
  }
  EXPECT_EQ(times_run("knotc"), 2U);
  ASSERT_EQ(history().size(), 2U) << "the edit that did not come to its end is not in the history";
}

TEST_F(ZonePortTest, ATransactionThatWasBegunAfterLabctlWasKilledIsLeftAlone) {
  hosts_["receiver.m001"].write(kIntentFile, std::string(kZone) + "\n");
  ASSERT_TRUE(ZoneHistory(directory_.path()).begin({.edit = edit()}));
  servers_->open_edit.add = {record("mine 20 TXT \"by hand\"")};
  servers_->transaction_open = true;
  EXPECT_FALSE(port_->apply(edit()));
  EXPECT_EQ(times_run("knotc"), 0U);
}

TEST_F(ZonePortTest, TheHistoryHasWhatWasDone) {
  auto wanted = edit();
  wanted.why = "zone set";
  ASSERT_TRUE(port_->apply(wanted));
  ASSERT_EQ(history().size(), 1U);
  EXPECT_EQ(history()[0].number, 1);
  EXPECT_EQ(history()[0].edit.why, "zone set");
  EXPECT_EQ(history()[0].edit.add, wanted.add);
  EXPECT_EQ(history()[0].serial_after, 2U);
  auto back = dns::inverse(history()[0].edit);
  back.undoes = 1;
  ASSERT_TRUE(port_->apply(back));
  EXPECT_EQ(newest_undoable(history()), nullptr);
  EXPECT_EQ(servers_->records.back(), record("_dmarc 20 TXT \"v=DMARC1; p=none\""));
}

TEST_F(ZonePortTest, WhatAKilledLabctlHadDoneIsInTheHistory) {
  const ZoneHistory kept(directory_.path());
  ASSERT_TRUE(kept.begin({.edit = edit()}));
  ASSERT_TRUE(servers_->apply("receiver.m001", edit()));
  ASSERT_TRUE(port_->apply({.zone = kZone, .remove = {}, .add = {record("next 20 A 198.18.1.11")}}));
  ASSERT_EQ(history().size(), 2U);
  EXPECT_TRUE(history()[0].interrupted);
  EXPECT_FALSE(history()[1].interrupted);
  EXPECT_FALSE(*kept.pending(kZone));
}

TEST_F(ZonePortTest, AnEditOfAnotherStateOfTheZoneIsRefusedBeforeItBegins) {
  const auto stale = edit();
  std::erase(servers_->records, stale.remove.front());
  servers_->write_file("receiver.m001");
  const auto refused = port_->apply(stale);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("_dmarc.m001"));
  EXPECT_EQ(servers_->applied, 0);
}

TEST_F(ZonePortTest, TheNeighboursOfARecordWithAnotherTtlAreInTheDiff) {
  const auto edited = port_->apply({.zone = kZone, .remove = {}, .add = {record("_dmarc 300 TXT \"more\"")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, HasSubstr("- _dmarc.m001.mail.nic.example.\t20"));
}

TEST_F(ZonePortTest, ASoaThatIsChangedGetsTheNextSerial) {
  const auto soa = servers_->records.front();
  const auto edited =
      port_->apply({.zone = kZone, .remove = {soa}, .add = {record("@ 20 SOA ns hostmaster 1 1 1 1 60")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, Not(HasSubstr("+ m001.mail.nic.example.\t20\tSOA\tns.m001.mail.nic.example. "
                                          "hostmaster.m001.mail.nic.example. 1 ")));
}

/// What somebody does to the file while labctl's edit is on its way, and a record of theirs.
class HandDuringEdit : public ZonePortTest {
 protected:
  static constexpr const char* kMine = "hand 20 TXT \"mine\"\n";
  static constexpr const char* kKept = "/var/lib/knot/m001.mail.nic.example.zone.by-hand-1";

  fakes::FakeHost& host() { return hosts_["receiver.m001"]; }
  std::string file_with_mine() { return host().file(kFile) + kMine; }
  void expect_kept(const Result<evidence::ZoneEdited>& edited) {
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().kind, ErrorKind::lab);
    EXPECT_THAT(edited.error().message, HasSubstr("+ hand.m001.mail.nic.example."));
    EXPECT_THAT(edited.error().message, HasSubstr(kKept));
    EXPECT_THAT(host().file(kKept), HasSubstr("mine"));
    EXPECT_EQ(history().size(), 1U) << "labctl's own edit is served all the same";
  }
};

TEST_F(HandDuringEdit, WhatIsWrittenIntoTheFileIsKept) {
  servers_->on_apply = [&] { host().append(kFile, kMine); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, WhatIsPutInTheFilesPlaceIsKept) {
  servers_->on_apply = [&] { host().write(kFile, file_with_mine(), "sedAb12Cd"); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, OfTwoThatFollowEachOtherTheLastIsKept) {
  servers_->on_apply = [&] {
    host().write(kFile, host().file(kFile) + "first 20 TXT \"x\"\n", "sedAb12Cd");
    host().write(kFile, file_with_mine(), "sedEf34Gh");
  };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, OneThatWasKeptBeforeStays) {
  host().write(kKept, "of yesterday");
  servers_->on_apply = [&] { host().append(kFile, kMine); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr(".zone.by-hand-2"));
  EXPECT_EQ(host().file(kKept), "of yesterday");
}

TEST_F(HandDuringEdit, WhatCannotBeReadAsAZoneIsKeptAsItIs) {
  servers_->on_apply = [&] { host().append(kFile, "broken 20 A nowhere\n"); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr(kKept));
  EXPECT_THAT(host().file(kKept), HasSubstr("nowhere"));
}

TEST_F(HandDuringEdit, WhatWentTooFastToBeKeptIsTold) {
  servers_->on_apply = [&] { host().write(kFile, std::nullopt, "sedAb12Cd"); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("gone before it could be kept"));
}

TEST_F(HandDuringEdit, TheSameRecordsInAnotherFileAreNoLoss) {
  servers_->on_apply = [&] { host().write(kFile, "; tidied\n" + host().file(kFile), "sedAb12Cd"); };
  const auto edited = port_->apply(edit());
  EXPECT_TRUE(edited) << render(edited.error());
}

// A signed zone is flushed when knotd signs it anew.
TEST_F(HandDuringEdit, KnotsOwnFlushesAreNoHand) {
  servers_->on_apply = [&] { servers_->write_file("receiver.m001"); };
  const auto edited = port_->apply(edit());
  EXPECT_TRUE(edited) << render(edited.error());
}

// Somebody's own zone-commit comes right behind labctl's: two flushes, of which the first has no record that is loaded.
TEST_F(HandDuringEdit, BehindAnotherCommitTooWhatWasOverwrittenIsKept) {
  for (const bool by_hand : {false, true}) {
    SCOPED_TRACE(by_hand);
    if (by_hand) servers_->on_apply = [&] { host().append(kFile, kMine); };
    servers_->on_flush = [&] {
      servers_->records.push_back(record(by_hand ? "control2 20 A 198.18.1.11" : "control1 20 A 198.18.1.11"));
      servers_->write_file("receiver.m001");
    };
    const auto edited = port_->apply(
        {.zone = kZone, .remove = {}, .add = {record(by_hand ? "b 20 A 198.18.1.11" : "a 20 A 198.18.1.11")}});
    ASSERT_EQ(edited.has_value(), !by_hand);
    if (by_hand) {
      EXPECT_THAT(edited.error().message, HasSubstr("+ hand.m001.mail.nic.example."));
    }
  }
}

// The name is one that mktemp(1) would give too: who made the file tells.
TEST_F(HandDuringEdit, AFileOfRootIsNoFlushWhateverItsName) {
  servers_->on_apply = [&] { host().write(kFile, file_with_mine(), "m001.mail.nic.example.zone.Qw12Er", true); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, AnEditRightBehindTheFlushStaysWhereItIs) {
  servers_->on_flush = [&] { host().write(kFile, file_with_mine(), "sedAb12Cd"); };
  const auto edited = port_->apply(edit());
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(host().file(kFile), HasSubstr("mine"));
  EXPECT_FALSE(port_->apply({.zone = kZone, .remove = {}, .add = {record("next 20 A 198.18.1.11")}}))
      << "it is not loaded yet";
}

TEST_F(ZonePortTest, AFileThatIsWrittenAgainAndAgainIsLeftAlone) {
  auto& host = hosts_["receiver.m001"];
  host.on_run = [&](const host::Command& command) {
    if (command.argv.front() == "ln") host.append(kFile, "; once more\n");
    return ProcessResult{};
  };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("again and again"));
  EXPECT_EQ(servers_->applied, 0);
}

TEST_F(ZonePortTest, WhatTheResolverHasCachedMayBeLeft) {
  auto wanted = edit();
  wanted.cached = dns::CachedRecords::left;
  const auto edited = port_->apply(wanted);
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_EQ(servers_->flushed, 0);
  EXPECT_TRUE(edited->resolver.answers.empty()) << "asking brings records into the cache";
  EXPECT_THAT(servers_->cache.back().rdata, HasSubstr("p=none"));
  EXPECT_THAT(edited->authority.answers[0].records.at(0).rdata, HasSubstr("p=reject"));
}

TEST_F(ZonePortTest, TheEndOfWhatTheResolverHasCachedMayBeAwaited) {
  auto wanted = edit();
  wanted.cached = dns::CachedRecords::awaited;
  servers_->answers_until_expiry = 30;
  const auto edited = port_->apply(wanted);
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_EQ(servers_->flushed, 0);
  EXPECT_THAT(edited->resolver.answers[0].records.at(0).rdata, HasSubstr("p=reject"));
}

TEST_F(ZonePortTest, OneLabctlAtATimeChangesAZone) {
  ZoneDesk other(hosts_, *servers_, clock_, {}, ZoneHistory(directory_.path()));
  const auto held = other.lock(*find_zone(topology_, kZone));
  ASSERT_TRUE(held);
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("another labctl"));
}

TEST_F(ZonePortTest, AnEditWithoutAnswerStaysKnownAsLabctlsOwn) {
  servers_->apply_failure = Error{ErrorKind::timeout, "knotd does not answer", {}, {}};
  ASSERT_FALSE(port_->apply(edit()));
  EXPECT_EQ(hosts_["receiver.m001"].file("/run/knot/labctl-transaction"), std::string(kZone) + "\n");
}

TEST_F(ZonePortTest, AnEditThatIsRefusedLeavesNoTransactionBehind) {
  servers_->apply_failure = Error{ErrorKind::usage, "Knot refuses the record", {}, {}};
  ASSERT_FALSE(port_->apply(edit()));
  EXPECT_EQ(hosts_["receiver.m001"].file("/run/knot/labctl-transaction"), "none\n");
}

TEST_F(ZonePortTest, AFileThatStaysBehindIsNoticed) {
  servers_->flushes_to_file = false;
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().where, "receiver.m001: knot");
}

TEST_F(ZonePortTest, AsksTheAuthority) {
  const auto seen = port_->ask_authority(kZone, {"_dmarc txt", "@  NS"});
  ASSERT_TRUE(seen) << render(seen.error());
  ASSERT_EQ(seen->answers.size(), 2U);
  EXPECT_EQ(seen->answers[0].name, "_dmarc.m001.mail.nic.example.");
  EXPECT_EQ(seen->answers[0].records.size(), 1U);
  EXPECT_EQ(seen->answers[1].records.size(), 1U);
  EXPECT_EQ(port_->ask_authority(kZone, {"_dmarc"}).error().kind, ErrorKind::usage);
}

TEST_F(ZonePortTest, WhatIsDelegatedIsNotAskedFor) {
  const dns::ZoneEdit delegation{
      .zone = kZone, .remove = {}, .add = {record("sub 20 NS ns.sub"), record("ns.sub 20 A 198.18.1.11")}};
  const auto edited = port_->apply(delegation);
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_TRUE(edited->authority.answers.empty());
}

TEST(NameServersTest, ADaemonThatIsAwayIsNamed) {
  const auto topology = *topology::make_topology({.participants = 1});
  fakes::FakeHosts hosts(topology);
  const auto servers = real_name_servers(hosts, topology);
  EXPECT_EQ(servers->read("receiver.m001", kZone).error().where, "receiver.m001: knot");
  EXPECT_EQ(servers->flush("resolver", kZone).error().where, "resolver: unbound");
}

}  // namespace
}  // namespace labctl::lab
