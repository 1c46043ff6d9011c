#include <future>

#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

// Both have the same addresses and host names: only their namespaces tell them apart.
TEST(SideBySide, TwoLabsDoNotNoticeEachOther) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab left("left", 1);
  {
    const LiveLab right("right", 1);
    right.on("filter", "systemctl stop rspamd");
    auto there = std::async(std::launch::async, [&] { return right.run({"hands-on"}); });
    EXPECT_EQ(left.run({"hands-on"}).at("outcome"), "pass");
    EXPECT_EQ(there.get().at("outcome"), "error") << "it used another lab's filter";
  }
  EXPECT_EQ(leftovers("right"), std::vector<std::string>{});
  EXPECT_EQ(left.run({"hands-on"}).at("outcome"), "pass") << "another lab's `down` took something of this one";
}

}  // namespace
}  // namespace labctl::live
