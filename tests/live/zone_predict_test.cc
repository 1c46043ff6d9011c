#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/live/live_lab.h"

// What labctl predicts for every message of the course is what the real receiver writes.
namespace labctl::live {
namespace {

const std::string kPredictedZone = "m001.mail.nic.example";

class ZonePredict : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("zonepredict", 2);
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override { LABCTL_LIVE_OR_SKIP(); }
  static inline std::unique_ptr<LiveLab> lab_;
};

TEST_F(ZonePredict, TheCourseComesOutAsPredicted) {
  const auto run = lab_->run({"hands-on", "--predict"});
  EXPECT_EQ(run.at("outcome"), "pass");
  const auto text = read_file(run.at("run_dir").get<std::string>() + "/predictions.json");
  ASSERT_TRUE(text);
  const auto predictions = Json::parse(*text).at("messages");
  EXPECT_GE(predictions.size(), 5U);
  for (const auto& one : predictions) {
    EXPECT_EQ(one.at("differences"), Json::array()) << one.dump(2);
    EXPECT_NE(one.at("seen").at("spf"), "") << one.dump(2);
    EXPECT_NE(one.at("seen").at("disposition"), "") << one.dump(2);
  }
}

TEST_F(ZonePredict, ADomainOnOnePage) {
  EXPECT_EQ((*lab_)({"zone", "reset", kPredictedZone}).exit_status, 0);
  auto page = Json::parse((*lab_)({"check-domain", kPredictedZone, "--json"}).out);
  EXPECT_EQ(page.at("level"), "nothing");
  for (const char* record : {"@ 20 TXT \"v=spf1 a:sender.m001.mail.nic.example -all\"",
                             "_dmarc 20 TXT \"v=DMARC1; p=reject; rua=mailto:user-a@m001.mail.nic.example\""})
    EXPECT_EQ((*lab_)({"zone", "set", kPredictedZone, record}).exit_status, 0);
  const auto checked = (*lab_)({"check-domain", kPredictedZone, "--json"});
  EXPECT_EQ(checked.exit_status, 0) << checked.out;
  page = Json::parse(checked.out);
  EXPECT_EQ(page.at("level"), "report");
  EXPECT_EQ(page.at("spf").at("others"), "fail");
  EXPECT_EQ(page.at("dkim").at(0).at("selector"), "arc");
  EXPECT_NE((*lab_)({"--lang", "ja", "check-domain", kPredictedZone}).out.find("拒否 (p=reject) とレポート"),
            std::string::npos);
  EXPECT_EQ((*lab_)({"check-domain", "example.com"}).exit_status, 2);
}

TEST_F(ZonePredict, ADomainsPageDoesNotNeedAnotherParticipantsNameServer) {
  lab_->on("receiver.m002", "systemctl stop knot");
  const auto own = (*lab_)({"check-domain", kPredictedZone});
  const auto others = (*lab_)({"check-domain", "m002.mail.nic.example"});
  lab_->on("receiver.m002", "systemctl start knot");
  EXPECT_EQ(own.exit_status, 0) << own.err;
  EXPECT_EQ(others.exit_status, 3) << others.out;
  EXPECT_NE(others.err.find("labctl logs receiver.m002 knot.service"), std::string::npos) << others.err;
}

}  // namespace
}  // namespace labctl::live
