#include <fmt/format.h>

#include <memory>
#include <set>

#include "labctl/base/text.h"
#include "tests/fakes/paths.h"
#include "tests/live/live_lab.h"
#include "tests/live/stopped_run.h"

// What edits by hand leave behind, each on a real knotd: found, told with its place, mended by `zone repair`, and never
// a record lost. The participant's own way, in the handout's order and in Knot's, works on the same zone.
namespace labctl::live {
namespace {

const std::string kMendedZone = "m001.mail.nic.example";
const std::string kMendedFile = "/var/lib/knot/" + kMendedZone + ".zone";
constexpr const char* kReceiver = "receiver.m001";

class ZoneRepair : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("zonerepair", 1);
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    LABCTL_LIVE_OR_SKIP();
    type({"repair", kMendedZone, "--transaction", "abort"}, 0);
    type({"reset", kMendedZone});
  }

  static std::string type(std::vector<std::string> arguments, int status = 0) {
    arguments.insert(arguments.begin(), "zone");
    const auto result = (*lab_)(arguments);
    EXPECT_EQ(result.exit_status, status) << join(arguments, " ") << "\n" << result.out << result.err;
    return result.out + result.err;
  }
  static void by_hand(const std::string& script) { lab_->on(kReceiver, script); }
  static std::string zone() { return type({"show", kMendedZone}); }
  static std::string file() { return (*lab_)({"exec", kReceiver, "--", "cat", kMendedFile}).out; }
  static bool is_served(const std::string& text) { return zone().find(text) != std::string::npos; }

  /// The ids of what `zone list` finds.
  static std::set<std::string> troubles() {
    std::set<std::string> ids;
    const auto list = Json::parse(type({"list", "--json"}));
    for (const auto& zone : list.at("zones"))
      for (const auto& trouble : zone.at("troubles")) ids.insert(trouble.at("id").get<std::string>());
    return ids;
  }
  /// An edit by labctl is refused with these words, and changes nothing.
  static void refused(const std::vector<std::string>& says, int status = 3) {
    const auto before = file();
    const auto said = type({"set", kMendedZone, "refused 20 A 198.18.1.11"}, status);
    for (const auto& text : says) EXPECT_NE(said.find(text), std::string::npos) << "lacks " << text << ":\n" << said;
    EXPECT_EQ(file(), before);
  }
  static void editable() {
    type({"set", kMendedZone, "editable 20 A 198.18.1.11"});
    EXPECT_TRUE(is_served("editable."));
    EXPECT_EQ(troubles(), std::set<std::string>{});
  }
  /// sed on the zone file that counts the serial on by `step`.
  static std::string counted(int step) {
    return fmt::format(
        "serial=$(grep -o -m1 'hostmaster[^ ]* [0-9]*' {0} | cut -d' ' -f2); sed -i \"s/$serial/$((serial+({1})))/\" "
        "{0}",
        kMendedFile, step);
  }

  static inline std::unique_ptr<LiveLab> lab_;
};

TEST_F(ZoneRepair, BothWaysByHandAndLabctlsOwnWorkOnOneZone) {
  const std::vector<std::string> orders{
      "knotc zone-freeze {zone}; {edit}; knotc zone-thaw {zone}; knotc zone-reload {zone}",
      "knotc -b zone-freeze {zone}; knotc -b zone-flush {zone}; {edit}; knotc -b zone-reload {zone}; "
      "knotc -b zone-thaw {zone}"};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    type({"set", kMendedZone, fmt::format("labctl{} 20 A 198.18.1.11", i)});
    by_hand(fmt::format("set -e; edit() {{ echo 'hand{0} 20 A 198.18.1.11' >> {1}; {2}; }}; {3}", i, kMendedFile,
                        counted(1), [&] {
                          std::string order = orders[i];
                          for (const auto& [name, value] :
                               {std::pair<std::string, std::string>{"{zone}", kMendedZone}, {"{edit}", "edit"}})
                            for (auto at = order.find(name); at != std::string::npos; at = order.find(name))
                              order.replace(at, name.size(), value);
                          return order;
                        }()));
    type({"set", kMendedZone, fmt::format("again{} 20 A 198.18.1.11", i)});
    for (const char* name : {"labctl", "hand", "again"})
      EXPECT_TRUE(is_served(fmt::format("{}{}.", name, i))) << name << i << "\n" << zone();
  }
  EXPECT_EQ(troubles(), std::set<std::string>{});
}

TEST_F(ZoneRepair, AFrozenZone) {
  by_hand("knotc zone-freeze " + kMendedZone);
  refused({"is frozen", "knotc zone-thaw " + kMendedZone, "labctl zone repair"});
  EXPECT_TRUE(troubles().contains("zone.frozen"));
  type({"repair", kMendedZone});
  editable();
}

TEST_F(ZoneRepair, AFrozenZoneWhoseFileWasEdited) {
  by_hand(fmt::format("knotc zone-freeze {}; echo 'hand 20 A 198.18.1.11' >> {}", kMendedZone, kMendedFile));
  refused({"is frozen"});
  type({"repair", kMendedZone});
  EXPECT_TRUE(is_served("hand."));
  editable();
  EXPECT_TRUE(is_served("hand."));
}

TEST_F(ZoneRepair, AParticipantsOpenTransactionIsLeftToThem) {
  by_hand(fmt::format("knotc zone-begin {0}; knotc zone-set {0} mine 20 A 198.18.1.11", kMendedZone));
  refused({"somebody has begun a transaction", "knotc zone-commit " + kMendedZone});
  const auto told = type({"repair", kMendedZone}, 1);
  EXPECT_NE(told.find("+ mine." + kMendedZone), std::string::npos) << told;
  refused({"somebody has begun a transaction"});
  type({"repair", kMendedZone, "--transaction", "commit"});
  EXPECT_TRUE(is_served("mine."));
  editable();
}

TEST_F(ZoneRepair, AnEditByHandThatWasNotReloaded) {
  by_hand(fmt::format("echo 'hand 20 A 198.18.1.11' >> {}", kMendedFile));
  refused({"edited by hand and not reloaded", "+ hand." + kMendedZone, "knotc zone-reload"});
  EXPECT_EQ(troubles(), (std::set<std::string>{"zone.file-ahead", "zone.serial-unchanged"}));
  type({"repair", kMendedZone});
  EXPECT_TRUE(is_served("hand."));
  editable();
}

TEST_F(ZoneRepair, ANegativeTtlThatWasEditedByHandIsNotOverwritten) {
  by_hand(fmt::format("sed -i 's/ 1 1 1 1$/ 1 1 1 60/' {}", kMendedFile));
  refused({"edited by hand and not reloaded", " 1 1 1 60"});
  type({"repair", kMendedZone});
  EXPECT_TRUE(is_served(" 1 1 1 60"));
}

TEST_F(ZoneRepair, ASerialThatWasTurnedBack) {
  by_hand(fmt::format("echo 'hand 20 A 198.18.1.11' >> {}; {}; ! knotc -b zone-reload {}", kMendedFile,
                      counted(-1'000'000), kMendedZone));
  EXPECT_FALSE(is_served("hand."));
  refused({"edited by hand and not reloaded"});
  const auto told = type({"repair", kMendedZone});
  EXPECT_NE(told.find("[zone.serial-back]"), std::string::npos) << told;
  EXPECT_TRUE(is_served("hand."));
  editable();
}

TEST_F(ZoneRepair, ASerialThatWasNotCountedUp) {
  by_hand(fmt::format("echo 'hand 20 A 198.18.1.11' >> {}; knotc -b zone-reload {}", kMendedFile, kMendedZone));
  EXPECT_TRUE(is_served("hand.")) << "this Knot counts it up by itself";
  editable();
}

TEST_F(ZoneRepair, ASyntaxErrorIsToldWithItsLineAndNoOtherRecordIsLost) {
  by_hand(
      fmt::format("echo 'www 20 A 300.1.1.1' >> {0}; echo 'hand 20 A 198.18.1.11' >> {0}; {1}; "
                  "knotc zone-reload {2}",
                  kMendedFile, counted(1), kMendedZone));
  const auto found = (*lab_)({"exec", kReceiver, "--", "grep", "-n", "300.1.1.1", kMendedFile}).out;
  const auto place = kMendedFile + ":" + found.substr(0, found.find(':')) + ": ";
  refused({"is broken", place});
  const auto told = type({"repair", kMendedZone});
  EXPECT_NE(told.find(place), std::string::npos) << told;
  EXPECT_NE(told.find("www 20 A 300.1.1.1"), std::string::npos) << told;
  EXPECT_TRUE(is_served("hand."));
  by_hand(fmt::format("grep -q '^www 20 A 300.1.1.1' {}.before-repair-*", kMendedFile));
  editable();
}

TEST_F(ZoneRepair, AZoneThatDoesNotLoadAtAll) {
  by_hand(fmt::format("echo 'www 20 A 300.1.1.1' >> {}; systemctl restart knot", kMendedFile));
  EXPECT_TRUE(troubles().contains("zone.not-loaded"));
  EXPECT_EQ((*lab_)({"zone", "set", kMendedZone, "x 20 A 198.18.1.11"}).exit_status, 3);
  by_hand(fmt::format("grep -q 300.1.1.1 {}", kMendedFile));
  type({"repair", kMendedZone});
  EXPECT_TRUE(is_served("receiver."));
  editable();
}

// What a full disk makes of the file at Knot's next flush.
TEST_F(ZoneRepair, AnEmptyFileIsWrittenAgainOrPutBack) {
  type({"set", kMendedZone, "before 20 A 198.18.1.11"});
  by_hand(fmt::format(": > {}", kMendedFile));
  EXPECT_TRUE(troubles().contains("zone.file-empty"));
  type({"repair", kMendedZone});
  EXPECT_NE(file().find("before."), std::string::npos) << file();
  editable();
  by_hand(fmt::format(": > {}; systemctl restart knot", kMendedFile));
  EXPECT_TRUE(troubles().contains("zone.file-empty"));
  type({"repair", kMendedZone});
  EXPECT_TRUE(is_served("before."));
  editable();
}

TEST_F(ZoneRepair, ANameServerThatIsDown) {
  by_hand("systemctl stop knot");
  EXPECT_TRUE(troubles().contains("knot.down"));
  type({"repair", kMendedZone});
  editable();
}

TEST_F(ZoneRepair, AWedgedNameServer) {
  type({"set", kMendedZone, "before 20 A 198.18.1.11"});
  by_hand(fmt::format("knotc zone-begin {0}; timeout 3 knotc -b zone-reload {0}; true", kMendedZone));
  const auto told = type({"repair", kMendedZone});
  EXPECT_NE(told.find("[knot.wedged]"), std::string::npos) << told;
  EXPECT_NE(told.find("SIGKILL"), std::string::npos) << told;
  EXPECT_TRUE(is_served("before."));
  editable();
}

TEST_F(ZoneRepair, WhatIsWrittenIntoTheFileDuringAnEditIsKept) {
  // An editor that appends in place as fast as it can, while labctl edits.
  by_hand(
      fmt::format("for i in $(seq 400); do echo \"hand$i 20 A 198.18.1.11\" >> {}; sleep 0.01; done >/dev/null 2>&1 &",
                  kMendedFile));
  std::string said;
  for (int i = 0; i < 10; ++i) {
    const auto result = (*lab_)({"zone", "set", kMendedZone, fmt::format("try{} 20 A 198.18.1.11", i)});
    said += result.out + result.err;
    EXPECT_NE(result.exit_status, 0) << "the file is never what is loaded\n" << said;
  }
  by_hand("while pgrep -x sleep; do sleep 0.05; done; true");
  // Every line is in the file, or in one that was kept beside it.
  by_hand(fmt::format("for i in $(seq 400); do grep -q \"^hand$i[ .]\" {0} {0}.by-hand-* 2>/dev/null || exit 1; done",
                      kMendedFile));
  type({"repair", kMendedZone});
}

// An editor that puts a file of its own in the zone file's place, just before Knot does.
TEST_F(ZoneRepair, WhatIsPutInTheFilesPlaceDuringAnEditIsKept) {
  const std::vector<std::pair<std::string, std::string>> editors{
      {"sed", "sed -i '$ahand 20 A 198.18.1.11' {0}"},
      {"vi", "cp {0} {0}~; rm {0}; (cat {0}~; echo 'hand 20 A 198.18.1.11') > {0}; rm {0}~"},
      {"mv", "(cat {0}; echo 'hand 20 A 198.18.1.11') > /var/lib/hand; mv /var/lib/hand {0}"}};
  for (const auto& [name, script] : editors) {
    SCOPED_TRACE(name);
    StoppedLabctl labctl({"--lab", lab_->name(), "zone", "set", kMendedZone, name + " 20 A 198.18.1.11"},
                         "zone.looked");
    by_hand(fmt::format(fmt::runtime(script), kMendedFile));
    EXPECT_EQ(labctl.go_on(), 3);
    const auto said = labctl.output();
    EXPECT_NE(said.find("+ hand." + kMendedZone), std::string::npos) << said;
    const auto kept = said.find(kMendedFile + ".by-hand-");
    ASSERT_NE(kept, std::string::npos) << said;
    by_hand("grep -q '^hand 20 A' " + said.substr(kept, said.find_first_of(":\n", kept) - kept));
    EXPECT_TRUE(is_served(name + ".")) << "labctl's own edit";
    editable();
  }
}

}  // namespace
}  // namespace labctl::live
