#include "labctl/host/ssh_session.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "tests/fakes/fake_hosts.h"

namespace labctl::host {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

/// A real sshd on loopback with keys and configuration of its own, one for the suite.
class SshSessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::access("/usr/sbin/sshd", X_OK) != 0) return;
    std::string pattern = fs::temp_directory_path() / "labctl-ssh-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    for (const char* name : {"host", "user", "stranger"})
      ASSERT_TRUE(
          run_checked({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", directory_ + "/" + name},
                       .input = {},
                       .env = {},
                       .join = {}}));
    ASSERT_TRUE(fs::copy_file(directory_ + "/user.pub", directory_ + "/authorized_keys"));
    fs::create_directories("/run/sshd");
    listen_port();
    const std::string config = fmt::format(
        "ListenAddress 127.0.0.1:{0}\nHostKey {1}/host\nAuthorizedKeysFile {1}/authorized_keys\nStrictModes no\nUsePAM "
        "no\n"
        "PermitRootLogin yes\nPasswordAuthentication no\nPidFile {1}/pid\n",
        port_, directory_);
    ASSERT_TRUE(write_file(directory_ + "/config", config));
    const auto started = spawn_detached(
        {.argv = {"/usr/sbin/sshd", "-D", "-f", directory_ + "/config"}, .input = {}, .env = {}, .join = {}},
        directory_ + "/log");
    ASSERT_TRUE(started);
    sshd_ = *started;
    ASSERT_TRUE(wait_until(real_clock(), {.total = Milliseconds{5000}}, "sshd",
                           [&]() -> Result<bool> { return fs::exists(directory_ + "/pid"); }));
  }
  void SetUp() override {
    if (sshd_ == 0) GTEST_SKIP() << "no sshd: is openssh-server installed?";
    login_ = {.server = {std::make_shared<fakes::OwnSockets>(), "127.0.0.1", port_},
              .host_key = *read_file(directory_ + "/host.pub"),
              .user = ::getpwuid(::getuid())->pw_name,
              .private_key = *read_file(directory_ + "/user"),
              .public_key = *read_file(directory_ + "/user.pub")};
  }
  static void TearDownTestSuite() {
    if (sshd_ > 0) {
      ::kill(sshd_, SIGTERM);
      ::waitpid(sshd_, nullptr, 0);
    }
    if (!directory_.empty()) fs::remove_all(directory_);
  }
  /// A port that was free a moment ago.
  static void listen_port() {
    const FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }

  static inline std::string directory_;
  static inline std::uint16_t port_ = 0;
  static inline pid_t sshd_ = 0;
  SshLogin login_;
};

TEST_F(SshSessionTest, RunsACommandWithoutInputAndTellsBothStreamsAndItsStatus) {
  const auto result = run_over_ssh(login_, "cat; echo out; echo err >&2; exit 7");
  ASSERT_TRUE(result) << render(result.error());
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
  EXPECT_EQ(result->exit_status, 7);
}

TEST_F(SshSessionTest, LongOutputComesWhole) {
  const auto result =
      run_over_ssh(login_, "head -c 300000 /dev/zero | tr '\\0' x; head -c 100000 /dev/zero | tr '\\0' y >&2");
  ASSERT_TRUE(result) << render(result.error());
  EXPECT_EQ(result->out, std::string(300'000, 'x'));
  EXPECT_EQ(result->err.size(), 100'000U);
}

TEST_F(SshSessionTest, AnotherHostKeyIsRefusedBeforeTheLogin) {
  login_.host_key = *read_file(directory_ + "/stranger.pub");
  const auto result = run_over_ssh(login_, "true");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::lab);
  EXPECT_THAT(result.error().message, HasSubstr("another SSH host key"));
  login_.host_key = "ssh-ed25519 not-a-key";
  EXPECT_FALSE(run_over_ssh(login_, "true"));
  login_.host_key.clear();
  EXPECT_FALSE(run_over_ssh(login_, "true"));
}

TEST_F(SshSessionTest, AStrangersKeyIsRefused) {
  login_.private_key = *read_file(directory_ + "/stranger");
  login_.public_key = *read_file(directory_ + "/stranger.pub");
  const auto result = run_over_ssh(login_, "true");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("was refused"));
  login_.private_key = "garbage";
  EXPECT_FALSE(run_over_ssh(login_, "true"));
}

TEST_F(SshSessionTest, ACommandThatHangsEndsAtTheDeadline) {
  login_.timeout = Milliseconds{700};
  const auto began = real_clock().now();
  const auto result = run_over_ssh(login_, "exec sleep 30");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
  EXPECT_LT(real_clock().now() - began, Milliseconds{3000});
}

TEST_F(SshSessionTest, NobodyListens) {
  login_.server.port = 1;
  const auto result = run_over_ssh(login_, "true");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("refused"));
  login_.server.address = "not an address";
  EXPECT_FALSE(run_over_ssh(login_, "true"));
}

TEST(SshSilence, AServerThatSaysNothingIsATimeout) {
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const SshLogin login{.server = {std::make_shared<fakes::OwnSockets>(), "127.0.0.1", ntohs(address.sin_port)},
                       .host_key = "ssh-ed25519 AAAA",
                       .user = "nobody",
                       .private_key = {},
                       .public_key = {},
                       .timeout = Milliseconds{300}};
  const auto result = run_over_ssh(login, "true");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
}

}  // namespace
}  // namespace labctl::host
