#include "labctl/lab/zone_file_guard.h"

#include "tests/unit/lab/zone_port_testing.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;

/// What somebody does to the file while labctl's edit is on its way, and a record of theirs.
class HandDuringEdit : public ZonePortTest {
 protected:
  static constexpr const char* kMine = "hand 20 TXT \"mine\"\n";
  static constexpr const char* kKept = "/var/lib/knot/m001.mail.nic.example.zone.by-hand-1";

  fakes::FakeHost& host() { return hosts_["receiver.m001"]; }
  std::string file_with_mine() { return host().file(kZoneFile) + kMine; }
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
  servers_->on_apply = [&] { host().append(kZoneFile, kMine); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, WhatIsPutInTheFilesPlaceIsKept) {
  servers_->on_apply = [&] { host().write(kZoneFile, file_with_mine(), "sedAb12Cd"); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, OfTwoThatFollowEachOtherTheLastIsKept) {
  servers_->on_apply = [&] {
    host().write(kZoneFile, host().file(kZoneFile) + "first 20 TXT \"x\"\n", "sedAb12Cd");
    host().write(kZoneFile, file_with_mine(), "sedEf34Gh");
  };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, OneThatWasKeptBeforeStays) {
  host().write(kKept, "of yesterday");
  servers_->on_apply = [&] { host().append(kZoneFile, kMine); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr(".zone.by-hand-2"));
  EXPECT_EQ(host().file(kKept), "of yesterday");
}

TEST_F(HandDuringEdit, WhatCannotBeReadAsAZoneIsKeptAsItIs) {
  servers_->on_apply = [&] { host().append(kZoneFile, "broken 20 A nowhere\n"); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr(kKept));
  EXPECT_THAT(host().file(kKept), HasSubstr("nowhere"));
}

TEST_F(HandDuringEdit, WhatWentTooFastToBeKeptIsTold) {
  servers_->on_apply = [&] { host().write(kZoneFile, std::nullopt, "sedAb12Cd"); };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("gone before it could be kept"));
}

TEST_F(HandDuringEdit, TheSameRecordsInAnotherFileAreNoLoss) {
  servers_->on_apply = [&] { host().write(kZoneFile, "; tidied\n" + host().file(kZoneFile), "sedAb12Cd"); };
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
    if (by_hand) servers_->on_apply = [&] { host().append(kZoneFile, kMine); };
    servers_->on_flush = [&] {
      servers_->records.push_back(record_in_zone(by_hand ? "control2 20 A 198.18.1.11" : "control1 20 A 198.18.1.11"));
      servers_->write_file("receiver.m001");
    };
    const auto edited = port_->apply({.zone = kEditedZone,
                                      .remove = {},
                                      .add = {record_in_zone(by_hand ? "b 20 A 198.18.1.11" : "a 20 A 198.18.1.11")}});
    ASSERT_EQ(edited.has_value(), !by_hand);
    if (by_hand) {
      EXPECT_THAT(edited.error().message, HasSubstr("+ hand.m001.mail.nic.example."));
    }
  }
}

// The name is one that mktemp(1) would give too: who made the file tells.
TEST_F(HandDuringEdit, AFileOfRootIsNoFlushWhateverItsName) {
  servers_->on_apply = [&] { host().write(kZoneFile, file_with_mine(), "m001.mail.nic.example.zone.Qw12Er", true); };
  expect_kept(port_->apply(edit()));
}

TEST_F(HandDuringEdit, AnEditRightBehindTheFlushStaysWhereItIs) {
  servers_->on_flush = [&] { host().write(kZoneFile, file_with_mine(), "sedAb12Cd"); };
  const auto edited = port_->apply(edit());
  ASSERT_TRUE(edited) << render(edited.error());
  EXPECT_THAT(host().file(kZoneFile), HasSubstr("mine"));
  EXPECT_FALSE(port_->apply({.zone = kEditedZone, .remove = {}, .add = {record_in_zone("next 20 A 198.18.1.11")}}))
      << "it is not loaded yet";
}

TEST_F(HandDuringEdit, AFileThatIsWrittenAgainAndAgainIsLeftAlone) {
  auto& host = hosts_["receiver.m001"];
  host.on_run = [&](const host::Command& command) {
    if (command.argv.front() == "ln") host.append(kZoneFile, "; once more\n");
    return ProcessResult{};
  };
  const auto edited = port_->apply(edit());
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("again and again"));
  EXPECT_EQ(servers_->applied, 0);
}

}  // namespace
}  // namespace labctl::lab
