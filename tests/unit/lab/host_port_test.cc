#include "labctl/lab/host_port.h"

#include <gtest/gtest.h>

#include "labctl/base/process.h"
#include "tests/fakes/fake_hosts.h"

namespace labctl::lab {
namespace {

TEST(ShellQuoted, ComesOutOfAShellAsItWas) {
  for (const std::string word :
       {"", "plain", "two words", "it's", "$HOME `id` \"x\" \\", "a'b'c", "line\nbreak", "-n"}) {
    const auto result =
        run_process({.argv = {"sh", "-c", "printf %s " + shell_quoted(word)}, .input = {}, .env = {}, .join = {}});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->out, word);
  }
}

class HostPortTest : public testing::Test {
 protected:
  topology::Topology topology_ = *topology::make_topology({.participants = 1});
  topology::Credentials credentials_;
  fakes::FakeHosts hosts_{topology_};
  HostPortImpl port_{hosts_, topology_, credentials_};
};

TEST_F(HostPortTest, RunsOnTheHost) {
  const auto result = port_.run("receiver.m001", {"systemctl", "is-active", "knot.service"});
  ASSERT_TRUE(result);
  EXPECT_EQ(hosts_["receiver.m001"].ran,
            (std::vector<std::vector<std::string>>{{"systemctl", "is-active", "knot.service"}}));
  EXPECT_EQ(port_.run("receiver.m009", {"true"}).error().kind, ErrorKind::usage);
}

TEST_F(HostPortTest, LoginNeedsKnownNames) {
  credentials_.ssh_host_keys["island"] = {};
  credentials_.participants["m001"] = {};
  EXPECT_EQ(port_.login("m009", "receiver.m001", "true").error().kind, ErrorKind::usage);
  EXPECT_EQ(port_.login("m001", "receiver.m009", "true").error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace labctl::lab
