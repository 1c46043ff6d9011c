#include "labctl/lab/zone_port.h"

#include "tests/unit/lab/zone_port_testing.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ZonePortTest, FindsTheHostThatServesAZone) {
  const std::vector<std::array<const char*, 3>> cases{{"M001.mail.nic.example.", "receiver.m001", kEditedZone},
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
  const auto edited = port_->apply(
      dns::edit_to_unset(kEditedZone, servers_->records, record_in_zone("_dmarc 20 TXT \"x\"").owner, "TXT"));
  ASSERT_TRUE(edited) << render(edited.error());
  ASSERT_EQ(edited->resolver.answers.size(), 1U);
  EXPECT_TRUE(edited->resolver.answers[0].records.empty());
}

// The sweep met this one: the authority goes on answering with what was removed.
TEST_F(ZonePortTest, ARemovedRecordThatAWildcardNowAnswersForIsNoTrouble) {
  ASSERT_TRUE(
      port_->apply({.zone = kEditedZone, .remove = {}, .add = {record_in_zone("bulk 20 TXT \"v=spf1 -all\"")}}));
  const auto edited = port_->apply({.zone = kEditedZone,
                                    .remove = {record_in_zone("bulk 20 TXT \"v=spf1 -all\"")},
                                    .add = {record_in_zone("* 20 TXT \"v=spf1 -all\"")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, HasSubstr("- bulk"));
}

TEST_F(ZonePortTest, AnEmptyEditLooksAllTheSame) {
  const auto edited = port_->apply({.zone = kEditedZone, .remove = {}, .add = {}});
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
  host.append(kZoneFile, "hand 20 TXT \"mine\"\n");
  const auto refused = port_->apply(edit());
  ASSERT_FALSE(refused);
  EXPECT_EQ(servers_->applied, 0);
  EXPECT_THAT(refused.error().message, HasSubstr("+ hand.m001.mail.nic.example."));
  EXPECT_THAT(refused.error().hint, HasSubstr("knotc zone-reload m001.mail.nic.example"));
  EXPECT_THAT(refused.error().where, HasSubstr("receiver.m001:/var/lib/knot/"));

  servers_->write_file("receiver.m001");
  host.append(kZoneFile, "broken 20 A not-an-address\n");
  const auto broken = port_->apply(edit());
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr(".zone:5"));
  EXPECT_EQ(servers_->applied, 0);
}

TEST_F(ZonePortTest, ASerialTurnedByHandLosesNothing) {
  hosts_["receiver.m001"].write(
      kZoneFile,
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
    host.write(kIntentFile, std::string(kEditedZone) + "\n");
    servers_->transaction_open = true;
    const auto edited = port_->apply(dns::edit_to_set(
        kEditedZone, servers_->records, record_in_zone(noted ? "a 20 TXT \"first\"" : "a 20 TXT \"second\"")));
    ASSERT_TRUE(edited) << render(edited.error());
    EXPECT_EQ(host.file(kIntentFile), "none\n");
  }
  EXPECT_EQ(times_run("knotc"), 2U);
  ASSERT_EQ(history().size(), 2U) << "the edit that did not come to its end is not in the history";
}

TEST_F(ZonePortTest, ATransactionThatWasBegunAfterLabctlWasKilledIsLeftAlone) {
  hosts_["receiver.m001"].write(kIntentFile, std::string(kEditedZone) + "\n");
  ASSERT_TRUE(ZoneHistory(directory_.path()).begin({.edit = edit()}));
  servers_->open_edit.add = {record_in_zone("mine 20 TXT \"by hand\"")};
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
  EXPECT_EQ(servers_->records.back(), record_in_zone("_dmarc 20 TXT \"v=DMARC1; p=none\""));
}

TEST_F(ZonePortTest, WhatAKilledLabctlHadDoneIsInTheHistory) {
  const ZoneHistory kept(directory_.path());
  ASSERT_TRUE(kept.begin({.edit = edit()}));
  ASSERT_TRUE(servers_->apply("receiver.m001", edit()));
  ASSERT_TRUE(port_->apply({.zone = kEditedZone, .remove = {}, .add = {record_in_zone("next 20 A 198.18.1.11")}}));
  ASSERT_EQ(history().size(), 2U);
  EXPECT_TRUE(history()[0].interrupted);
  EXPECT_FALSE(history()[1].interrupted);
  EXPECT_FALSE(*kept.pending(kEditedZone));
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
  const auto edited =
      port_->apply({.zone = kEditedZone, .remove = {}, .add = {record_in_zone("_dmarc 300 TXT \"more\"")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, HasSubstr("- _dmarc.m001.mail.nic.example.\t20"));
}

TEST_F(ZonePortTest, ASoaThatIsChangedGetsTheNextSerial) {
  const auto soa = servers_->records.front();
  const auto edited = port_->apply(
      {.zone = kEditedZone, .remove = {soa}, .add = {record_in_zone("@ 20 SOA ns hostmaster 1 1 1 1 60")}});
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(edited->diff, Not(HasSubstr("+ m001.mail.nic.example.\t20\tSOA\tns.m001.mail.nic.example. "
                                          "hostmaster.m001.mail.nic.example. 1 ")));
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
  const auto held = other.lock(*find_zone(topology_, kEditedZone));
  ASSERT_TRUE(held);
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("another labctl"));
}

TEST_F(ZonePortTest, AnEditWithoutAnswerStaysKnownAsLabctlsOwn) {
  servers_->apply_failure = Error{ErrorKind::timeout, "knotd does not answer", {}, {}};
  ASSERT_FALSE(port_->apply(edit()));
  EXPECT_EQ(hosts_["receiver.m001"].file("/run/knot/labctl-transaction"), std::string(kEditedZone) + "\n");
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
  const auto seen = port_->ask_authority(kEditedZone, {"_dmarc txt", "@  NS"});
  ASSERT_TRUE(seen) << render(seen.error());
  ASSERT_EQ(seen->answers.size(), 2U);
  EXPECT_EQ(seen->answers[0].name, "_dmarc.m001.mail.nic.example.");
  EXPECT_EQ(seen->answers[0].records.size(), 1U);
  EXPECT_EQ(seen->answers[1].records.size(), 1U);
  EXPECT_EQ(port_->ask_authority(kEditedZone, {"_dmarc"}).error().kind, ErrorKind::usage);
}

TEST_F(ZonePortTest, WhatIsDelegatedIsNotAskedFor) {
  const dns::ZoneEdit delegation{
      .zone = kEditedZone,
      .remove = {},
      .add = {record_in_zone("sub 20 NS ns.sub"), record_in_zone("ns.sub 20 A 198.18.1.11")}};
  const auto edited = port_->apply(delegation);
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_TRUE(edited->authority.answers.empty());
}

TEST(NameServersTest, ADaemonThatIsAwayIsNamed) {
  const auto topology = *topology::make_topology({.participants = 1});
  fakes::FakeHosts hosts(topology);
  const auto servers = real_name_servers(hosts, topology);
  EXPECT_EQ(servers->read("receiver.m001", kEditedZone).error().where, "receiver.m001: knot");
  EXPECT_EQ(servers->flush("resolver", kEditedZone).error().where, "resolver: unbound");
}

}  // namespace
}  // namespace labctl::lab
