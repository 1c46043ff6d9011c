#include "tests/fakes/paths.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

constexpr const char* kUser = "user-a@m001.mail.nic.example";

TEST(Red, WhatIsBrokenIsNamedAndNothingElse) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("red", 1);
  lab.on("filter", "systemctl stop rspamd");
  const auto stopped = lab.run({"hands-on/1-before"});
  EXPECT_EQ(outcomes(stopped).at("m001 1-1"), "error");
  EXPECT_NE(stopped.dump().find("filter: rspamd"), std::string::npos) << stopped.dump(1);
  lab.on("filter", "systemctl start rspamd");
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  EXPECT_EQ(outcomes(lab.run({"hands-on/1-before"})).at("m001 1-1"), "pass");

  // An old message of an earlier attempt is in the mailbox by now; it is no evidence for a step opened after it.
  const auto judged_by_hand = [&] { return lab({"check", "-p", "m001", "1-1"}).exit_status; };
  EXPECT_EQ(lab({"open", "-p", "m001", "1-1"}).exit_status, 0);
  EXPECT_EQ(judged_by_hand(), 1);
  EXPECT_EQ(
      lab({"send", "--from-host", "rogue-mailer", "--mail-from", kUser, "--from", kUser, "--to", kUser}).exit_status,
      0);
  EXPECT_EQ(judged_by_hand(), 0);
  EXPECT_EQ(lab({"open", "-p", "m001", "1-1"}).exit_status, 0);
  EXPECT_EQ(judged_by_hand(), 1);

  // A scenario of its own expects a pass of SPF from a host that the record doesn't name.
  const auto wrong = outcomes(lab.run({test_path("live/scenarios/wrong-spf.toml")}));
  EXPECT_EQ(wrong, (std::map<std::string, std::string>{{"m001 1", "pass"}, {"m001 2", "fail"}}));

  // A selector that nobody published, and p=none left where quarantine is expected.
  const auto undone = outcomes(lab.run({test_path("live/scenarios/left-undone.toml")}));
  EXPECT_EQ(undone, (std::map<std::string, std::string>{{"m001 1", "pass"},
                                                        {"m001 2", "pass"},
                                                        {"m001 3", "fail"},
                                                        {"m001 4", "pass"},
                                                        {"m001 5", "fail"},
                                                        {"m001 6", "pass"}}));
}

}  // namespace
}  // namespace labctl::live
