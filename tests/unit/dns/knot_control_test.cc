// Failures of knotd that a real one shows only when it breaks; what it does when it works is in tests/contract.
#include "labctl/dns/knot_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/base/clock.h"
#include "tests/fakes/fake_knotd.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::dns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kZone = "m001.lab.example";

class KnotControlFailure : public testing::Test {
 protected:
  void SetUp() override {
    knotd_.add_zone(kZone, {record("@ SOA ns hostmaster 10 1 1 1 1"), record("ns A 198.18.0.1")});
  }
  static Record record(std::string_view text) { return parse_record(text, kZone).value(); }
  static ZoneEdit edit() {
    return {.zone = kZone, .remove = {record("ns A 198.18.0.1")}, .add = {record("ns A 198.18.0.2")}};
  }
  [[nodiscard]] KnotControl control(Milliseconds timeout = Milliseconds{2000}) const {
    return KnotControl(socket_, timeout);
  }

  fakes::TemporaryDirectory directory_;
  std::string socket_ = directory_.path() + "/knot.sock";
  fakes::FakeKnotd knotd_{socket_};
};

TEST_F(KnotControlFailure, AnEditIsOneConnection) {
  ASSERT_TRUE(control().apply(edit()));
  EXPECT_EQ(knotd_.connections(), 1);
  EXPECT_THAT(knotd_.commands(), ElementsAre("zone-status " + kZone, "zone-begin " + kZone, "zone-unset " + kZone,
                                             "zone-set " + kZone, "zone-commit " + kZone));
}

TEST_F(KnotControlFailure, AFreezeThatIsStillToComeCounts) {
  knotd_.freeze(kZone, "freezing");
  const auto refused = control().apply(edit());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("frozen"));
  EXPECT_THAT(knotd_.commands(), ElementsAre("zone-status " + kZone));
}

TEST_F(KnotControlFailure, AnEmptyEditAsksNothing) {
  ASSERT_TRUE(control().apply({.zone = kZone, .remove = {}, .add = {}}));
  EXPECT_EQ(knotd_.connections(), 0);
}

TEST_F(KnotControlFailure, WhatIsRefusedIsAborted) {
  for (const char* command : {"zone-unset", "zone-set", "zone-commit"}) {
    fakes::FakeKnotd knotd(directory_.path() + "/" + command);
    knotd.add_zone(kZone, knotd_.records(kZone));
    knotd.refuse(command, "not today\x1b[2J");
    const auto applied = KnotControl(directory_.path() + "/" + command).apply(edit());
    ASSERT_FALSE(applied) << command;
    EXPECT_EQ(applied.error().kind, ErrorKind::usage);
    EXPECT_THAT(applied.error().message, HasSubstr(command));
    EXPECT_THAT(applied.error().message, HasSubstr("not today\\x1b[2J"));
    EXPECT_EQ(knotd.commands().back(), "zone-abort " + kZone);
    EXPECT_FALSE(knotd.transaction_open(kZone));
    EXPECT_EQ(knotd.records(kZone), knotd_.records(kZone));
  }
}

// Somebody else was first between the status and the begin: their transaction is not aborted.
TEST_F(KnotControlFailure, ARefusedBeginAbortsNothing) {
  knotd_.refuse("zone-begin", "too many transactions");
  const auto applied = control().apply(edit());
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::lab);
  EXPECT_EQ(knotd_.commands().back(), "zone-begin " + kZone);
}

TEST_F(KnotControlFailure, AServerThatStallsIsATimeout) {
  for (const char* command : {"zone-status", "zone-begin", "zone-set", "zone-commit"}) {
    fakes::FakeKnotd knotd(directory_.path() + "/" + command);
    knotd.add_zone(kZone, knotd_.records(kZone));
    knotd.stall_at(command);
    const auto begin = real_clock().now();
    const auto applied = KnotControl(directory_.path() + "/" + command, Milliseconds{50}).apply(edit());
    EXPECT_LT(real_clock().now() - begin, Milliseconds{1000});
    ASSERT_FALSE(applied) << command;
    EXPECT_EQ(applied.error().kind, ErrorKind::timeout) << command;
    EXPECT_THAT(applied.error().message, HasSubstr(command));
    EXPECT_THAT(applied.error().hint, HasSubstr("knot.service"));
  }
}

TEST_F(KnotControlFailure, TheDeadlineIsForTheWholeCall) {
  // libknot sends 256 KiB at a time: every 50 ms or so, and 2 s in all.
  knotd_.drip(600, 3);
  const auto begin = real_clock().now();
  const auto read = control(Milliseconds{100}).read(kZone);
  EXPECT_LT(real_clock().now() - begin, Milliseconds{1000});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::timeout);
}

TEST_F(KnotControlFailure, AServerThatEndsIsALabError) {
  knotd_.break_at("zone-set");
  const auto applied = control().apply(edit());
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().kind, ErrorKind::lab);
  EXPECT_THAT(applied.error().message, HasSubstr("broke at zone-set"));
}

TEST_F(KnotControlFailure, NoSocketIsALabError) {
  const auto status = KnotControl(directory_.path() + "/none").status(kZone);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::lab);
  EXPECT_THAT(status.error().hint, HasSubstr("is knotd running?"));
}

TEST_F(KnotControlFailure, APathThatNoSocketCanHaveIsNamed) {
  const std::string path = directory_.path() + "/" + std::string(108, 'x');
  const auto status = KnotControl(path).status(kZone);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("longer than the 107 bytes"));
  EXPECT_EQ(status.error().where, path);
}

}  // namespace
}  // namespace labctl::dns
