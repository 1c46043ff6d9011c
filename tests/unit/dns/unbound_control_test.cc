#include "labctl/dns/unbound_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <future>
#include <thread>

#include "labctl/base/file_descriptor.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::dns {
namespace {

using testing::HasSubstr;

/// Takes one connection at a Unix socket, reads a line and gives one answer; holds the connection when told to.
class OneAnswer {
 public:
  explicit OneAnswer(std::string reply, bool hold = false) : reply_(std::move(reply)), hold_(hold) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_.get(), 1);
    thread_ = std::jthread([this] { serve(); });
  }
  ~OneAnswer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    release_.set_value();
  }
  [[nodiscard]] std::string path() const { return directory_.path() + "/control.sock"; }
  [[nodiscard]] std::string heard() {
    thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const FileDescriptor client(::accept(listener_.get(), nullptr, nullptr));
    char buffer[256];
    while (client && !heard_.ends_with('\n')) {
      const ssize_t count = ::recv(client.get(), buffer, sizeof buffer, 0);
      if (count <= 0) return;
      heard_.append(buffer, static_cast<std::size_t>(count));
    }
    ::send(client.get(), reply_.data(), reply_.size(), MSG_NOSIGNAL);
    if (hold_) release_.get_future().wait();
  }

  fakes::TemporaryDirectory directory_;
  std::string reply_;
  bool hold_;
  std::string heard_;
  std::promise<void> release_;
  FileDescriptor listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::jthread thread_;
};

TEST(UnboundControl, FlushesAZone) {
  OneAnswer server("ok removed 3 rrsets, 2 messages and 0 key entries\n");
  EXPECT_TRUE(UnboundControl(server.path()).flush_zone("M001.lab.example"));
  EXPECT_EQ(server.heard(), "UBCT1 flush_zone m001.lab.example.\n");
}

TEST(UnboundControl, ARefusalIsALabErrorInItsWords) {
  OneAnswer server("error unknown command 'flush_zone'\n");
  const auto flushed = UnboundControl(server.path()).flush_zone("m001.lab.example");
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::lab);
  EXPECT_THAT(flushed.error().message, HasSubstr("error unknown command 'flush_zone'"));
}

TEST(UnboundControl, NoAnswerAtAllPointsToTheConfiguration) {
  OneAnswer server("");
  const auto flushed = UnboundControl(server.path()).flush_zone("m001.lab.example");
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::lab);
  EXPECT_THAT(flushed.error().hint, HasSubstr("control-use-cert: no"));
}

TEST(UnboundControl, SilenceIsATimeout) {
  OneAnswer server("", true);
  const auto flushed = UnboundControl(server.path(), Milliseconds{40}).flush_zone("m001.lab.example");
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::timeout);
}

TEST(UnboundControl, ANameIsCheckedBeforeItIsSaid) {
  const UnboundControl control("/nonexistent/control.sock");
  const auto flushed = control.flush_zone("example\nUBCT1 stop");
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::usage);
}

TEST(UnboundControl, ASocketThatCannotBeIsNamed) {
  const auto none = UnboundControl("/nonexistent/control.sock").flush_zone("example");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::lab);
  EXPECT_THAT(none.error().hint, HasSubstr("is unbound running?"));
  const auto long_path = UnboundControl(std::string(108, 'x')).flush_zone("example");
  ASSERT_FALSE(long_path);
  EXPECT_THAT(long_path.error().message, HasSubstr("longer than the 107 bytes"));
}

}  // namespace
}  // namespace labctl::dns
