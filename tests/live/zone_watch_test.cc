#include <fmt/format.h>

#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

// `labctl zone watch`: what authority and resolver say, and when a change is seen.
namespace labctl::live {
namespace {

const std::string kWatchedZone = "m001.mail.nic.example";
const std::string kWatchedName = "_dmarc." + kWatchedZone;

class ZoneWatch : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("zonewatch", 1);
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    LABCTL_LIVE_OR_SKIP();
    EXPECT_EQ((*lab_)({"zone", "reset", kWatchedZone}).exit_status, 0);
    on_resolver("unbound-control -q flush_zone " + kWatchedZone);
  }

  static void on_resolver(const std::string& script) { lab_->on("resolver", script); }
  static void ask() { on_resolver(fmt::format("kdig @127.0.0.1 {} TXT > /dev/null", kWatchedName)); }
  /// By the authority's own means, so that nothing is flushed at the resolver.
  static void publish(const std::string& record) {
    lab_->on("receiver.m001", fmt::format("set -e; knotc zone-begin {0}; knotc zone-unset {0} _dmarc TXT || true; "
                                          "knotc zone-set {0} {1}; knotc -b zone-commit {0}",
                                          kWatchedZone, record));
  }
  static ProcessResult watch(std::vector<std::string> more) {
    std::vector<std::string> arguments{"zone", "watch", kWatchedZone, "_dmarc TXT"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return (*lab_)(arguments);
  }
  static Json now() {
    const auto seen = watch({"--seconds", "1", "--json"});
    EXPECT_EQ(seen.exit_status, 0) << seen.err;
    return Json::parse(seen.out).at("names").at(0);
  }

  static inline std::unique_ptr<LiveLab> lab_;
};

TEST_F(ZoneWatch, LookingBringsNothingIntoTheCache) {
  EXPECT_EQ(now().at("state"), "not-cached");
  EXPECT_EQ(now().at("state"), "not-cached");
}

TEST_F(ZoneWatch, AnOldRecordCountsDownAndThenTheNewOneIsSeen) {
  publish("_dmarc 4 TXT '\"v=DMARC1; p=none\"'");
  ask();
  EXPECT_EQ(now().at("state"), "visible");
  publish("_dmarc 4 TXT '\"v=DMARC1; p=reject\"'");
  const auto watched = watch({"--until-visible", "--seconds", "30", "--json"});
  EXPECT_EQ(watched.exit_status, 0) << watched.out << watched.err;
  const auto lines = lines_of(watched.out);
  ASSERT_GE(lines.size(), 2U) << watched.out;
  int last = 1000;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const auto seen = Json::parse(lines[i]).at("names").at(0);
    EXPECT_EQ(seen.at("state"), "old-records") << seen;
    const int left = seen.at("visible_in").get<int>();
    EXPECT_LE(left, 4);
    EXPECT_LE(left, last) << "the remaining TTL goes down";
    last = left;
    EXPECT_NE(seen.at("why").at("en").get<std::string>().find(fmt::format("visible in {} s, because", left)),
              std::string::npos);
  }
  ask();
  EXPECT_EQ(now().at("state"), "visible");
  EXPECT_NE(now().at("resolver").dump().find("p=reject"), std::string::npos);
}

TEST_F(ZoneWatch, AnAbsenceIsRememberedForTheNegativeTtl) {
  // As the lesson has it the negative TTL is one second: too short to be looked at.
  lab_->on("receiver.m001", fmt::format("set -e; sed -i 's/ [0-9]* 1 1 1 1$/ 2099010101 1 1 1 30/; "
                                        "s/^\\({0}\\.\\)\\(.*\\)20\\(.*SOA\\)/\\1\\260\\3/' "
                                        "/var/lib/knot/{0}.zone; knotc -b zone-reload {0}; knotc zone-read {0} @ SOA",
                                        kWatchedZone));
  on_resolver("unbound-control -q flush_zone " + kWatchedZone);
  ask();
  publish("_dmarc 20 TXT '\"v=DMARC1; p=none\"'");
  const auto seen = now();
  EXPECT_EQ(seen.at("state"), "old-absence") << seen;
  EXPECT_GT(seen.at("visible_in").get<int>(), 5);
  EXPECT_LE(seen.at("visible_in").get<int>(), 30);
  const auto flushed = watch({"--flush", "--seconds", "1", "--json"});
  EXPECT_EQ(Json::parse(flushed.out).at("names").at(0).at("state"), "not-cached");
}

TEST_F(ZoneWatch, AStepSaysWhatBecomesOfTheCache) {
  const fakes::TemporaryDirectory directory;
  const auto file = directory.path() + "/cache.toml";
  const auto play = [&](const std::string& policy, const std::string& cache) {
    ASSERT_TRUE(write_file(file, fmt::format("title = \"cache\"\nteaches = [\"RFC 2308 section 5\"]\n[[step]]\nid = "
                                             "\"c-1\"\ndo = \"zone.set\"\ntitle = \"t\"\ntext = \"t\"\n"
                                             "record = '_dmarc 6 TXT \"v=DMARC1; p={0}\"'\ncache = \"{1}\"\n"
                                             "[[expect]]\nstep = \"c-1\"\ntxt = {{ _dmarc = [\"p={0}\"] }}\n",
                                             policy, cache)));
    const auto run = lab_->run({file});
    ASSERT_TRUE(run.contains("outcome")) << run;
    EXPECT_EQ(run.at("outcome"), "pass") << run;
  };
  play("none", "flush");
  ask();
  EXPECT_EQ(now().at("state"), "visible");
  play("reject", "leave");
  const auto left = now();
  EXPECT_EQ(left.at("state"), "old-records") << left;
  play("quarantine", "wait");
  const auto waited = now();
  EXPECT_NE(waited.at("state"), "old-records") << waited;
  EXPECT_EQ((*lab_)({"scenario", "check", file}).exit_status, 0);
  ASSERT_TRUE(write_file(file,
                         "title = \"c\"\n[[step]]\nid = \"c-1\"\ndo = \"zone.set\"\ntitle = \"t\"\ntext = "
                         "\"t\"\nrecord = 'a A 198.18.0.1'\n"
                         "cache = \"leav\"\n"));
  const auto bad = (*lab_)({"scenario", "check", file});
  EXPECT_EQ(bad.exit_status, 2);
  EXPECT_NE((bad.out + bad.err).find("did you mean 'leave'?"), std::string::npos) << bad.out << bad.err;
}

TEST_F(ZoneWatch, PlainLinesWhereThereIsNoTerminalAndInBothLanguages) {
  const auto english = watch({"--seconds", "1"});
  EXPECT_NE(english.out.find("authority  NXDOMAIN: nothing there"), std::string::npos) << english.out;
  EXPECT_EQ(english.out.find('\x1b'), std::string::npos);
  const auto japanese = (*lab_)({"--lang", "ja", "zone", "watch", kWatchedZone, "--seconds", "1"});
  EXPECT_NE(japanese.out.find("キャッシュ"), std::string::npos) << japanese.out;
}

TEST_F(ZoneWatch, AReferralIsNoAnswer) {
  on_resolver("systemctl restart unbound; kdig @127.0.0.1 . NS > /dev/null");
  const auto seen = watch({"--seconds", "1"});
  EXPECT_NE(seen.out.find("resolver   not in the cache"), std::string::npos) << seen.out;
  EXPECT_EQ(seen.out.find("parent-dns"), std::string::npos) << seen.out;
}

TEST_F(ZoneWatch, ALessonsRecords) {
  const auto seen = (*lab_)({"zone", "watch", kWatchedZone, "--scenario", "hands-on/4-dmarc", "--seconds", "1"});
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_TRUE(seen.out.starts_with(kWatchedName + ". TXT\n")) << seen.out;
}

TEST_F(ZoneWatch, BadQuestionsAreRefused) {
  EXPECT_EQ((*lab_)({"zone", "watch", kWatchedZone, "_dmarc"}).exit_status, 2);
  const auto no_type = (*lab_)({"zone", "watch", kWatchedZone, "_dmarc NONE"});
  EXPECT_EQ(no_type.exit_status, 2);
  EXPECT_NE(no_type.err.find("labctl: 'NONE' is no record type"), std::string::npos) << no_type.err;
  EXPECT_EQ((*lab_)({"zone", "watch", "m009.mail.nic.example"}).exit_status, 2);
  EXPECT_EQ(watch({"--until-visible", "--seconds", "1"}).exit_status, 0);
}

}  // namespace
}  // namespace labctl::live
