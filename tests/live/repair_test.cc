#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/host/network.h"
#include "labctl/host/places.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

std::string leader_of(const LiveLab& lab, const std::string& host) {
  const auto leader = read_file(host::places_of(lab.name(), host).directory + "/leader");
  return leader ? std::string(trim(*leader)) : "none";
}

void expect_good(const LiveLab& lab, const std::string& after) {
  EXPECT_EQ(lab({"status"}).exit_status, 0) << after << lab({"status"}).out;
  EXPECT_EQ(lab.run({"hands-on"}).at("outcome"), "pass") << after;
}

TEST(Repair, ASecondUpTouchesNothingThatIsWell) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("twice", 1);
  const auto receiver = leader_of(lab, "receiver.m001");
  lab.on("receiver.m001", "echo kept > /root/notes");
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  EXPECT_EQ(leader_of(lab, "receiver.m001"), receiver);
  lab.on("receiver.m001", "grep -q kept /root/notes");
}

TEST(Repair, UpMendsWhatIsDown) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("mend", 1);
  const auto filter = leader_of(lab, "filter");

  lab.on("receiver.m001", "echo kept > /root/notes; systemctl stop postfix knot");
  lab.on("resolver", "systemctl kill -s KILL unbound");
  EXPECT_EQ(lab({"status"}).exit_status, 3);
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  expect_good(lab, "after services were stopped and killed");
  lab.on("receiver.m001", "grep -q kept /root/notes");  // Mended in place, not made anew.

  const auto sender = leader_of(lab, "sender.m001");
  ASSERT_NE(sender, "none");
  ::kill(std::stoi(sender), SIGKILL);
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  expect_good(lab, "after a host was killed");
  EXPECT_NE(leader_of(lab, "sender.m001"), sender);
  EXPECT_EQ(leader_of(lab, "filter"), filter) << "a host that was well was made anew";

  lab.on("sender.m001", "ip link delete eth0 || ip link set eth0 down");
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);
  expect_good(lab, "after a host lost its cable");
}

}  // namespace
}  // namespace labctl::live
