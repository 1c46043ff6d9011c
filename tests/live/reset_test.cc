#include <fmt/format.h>

#include <future>

#include "labctl/base/text.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

TEST(Reset, PutsOneParticipantBackToTheStartWhileTheOthersWorkOn) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("again", 2);
  const auto zone = [&](const std::string& id) {
    return lab({"zone", "show", fmt::format("{}.mail.nic.example", id)}).out;
  };
  const auto at_the_start = zone("m001");
  EXPECT_EQ(lab.run({"hands-on"}).at("outcome"), "pass");
  lab.on("receiver.m001", "echo mine > /root/notes");
  // A message that can't be delivered stays in the queue; the filter remembers something of the zone.
  lab.on("sender.m001",
         "postconf -e relayhost=[198.18.7.7] && postfix reload && echo x | sendmail user-b@m001.mail.nic.example");
  lab.on("filter", "redis-cli set test_m001.mail.nic.example 1 && redis-cli set test_m002.mail.nic.example 1");
  EXPECT_EQ(lab({"open", "2-1", "-p", "m001"}).exit_status, 0);  // By hand m001 has come to 2-1.
  ASSERT_NE(zone("m001"), at_the_start);

  auto others = std::async(std::launch::async, [&] { return lab.run({"hands-on", "-p", "m002"}); });
  EXPECT_EQ(lab({"reset", "-p", "m001"}).exit_status, 0);
  EXPECT_EQ(others.get().at("outcome"), "pass");

  EXPECT_EQ(zone("m001"), at_the_start);
  EXPECT_NE(zone("m002").find("v=DMARC1"), std::string::npos) << "m002's zone was put back too";
  EXPECT_NE(lab({"inbox", "user-a@m001.mail.nic.example"}).out.find("INBOX      0 messages"), std::string::npos);
  lab.on("receiver.m001", "test ! -e /root/notes");
  lab.on("sender.m001", "test ! -e /etc/dkimkeys/sel1.private && mailq | grep -q 'queue is empty'");
  lab.on("filter", "test \"$(redis-cli exists test_m001.mail.nic.example)\" = 0");
  lab.on("filter", "test \"$(redis-cli exists test_m002.mail.nic.example)\" = 1");
  EXPECT_NE(lab({"check", "-p", "m001"}).out.find(" 0-1 "), std::string::npos) << "by hand it begins anew too";
  EXPECT_EQ(lab({"status"}).exit_status, 0);
  EXPECT_EQ(lab.run({"hands-on", "-p", "m001"}).at("outcome"), "pass");
}

}  // namespace
}  // namespace labctl::live
