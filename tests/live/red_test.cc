#include "tests/fakes/paths.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

TEST(Red, AStoppedFilterIsAnErrorAndAWrongRecordAFailure) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("red", 1);
  lab.on("filter", "systemctl stop rspamd");
  const auto stopped = lab.run({"hands-on/1-before"});
  EXPECT_EQ(outcomes(stopped).at("m001 1-1"), "error");
  EXPECT_NE(stopped.dump().find("filter: rspamd"), std::string::npos) << stopped.dump(1);
  lab.on("filter", "systemctl start rspamd");
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  EXPECT_EQ(outcomes(lab.run({"hands-on/1-before"})).at("m001 1-1"), "pass");

  // A scenario of its own expects a pass of SPF from a host that the record doesn't name.
  const auto judged = outcomes(lab.run({test_path("live/scenarios/wrong-spf.toml")}));
  EXPECT_EQ(judged.at("m001 1"), "pass");
  EXPECT_EQ(judged.at("m001 2"), "fail");
}

}  // namespace
}  // namespace labctl::live
