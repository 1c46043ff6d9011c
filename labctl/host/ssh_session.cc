#include "labctl/host/ssh_session.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <mutex>

#include "labctl/base/text.h"

namespace labctl::host {
namespace {

constexpr std::size_t kOutputLimit = 16U << 20U;
/// How long a closing connection is still spoken to: nothing depends on it.
constexpr Milliseconds kFarewell{500};

struct FreeSession {
  void operator()(LIBSSH2_SESSION* session) const { libssh2_session_free(session); }
};
struct FreeChannel {
  void operator()(LIBSSH2_CHANNEL* channel) const { libssh2_channel_free(channel); }
};

Result<void> start_library() {
  static std::once_flag once;
  static int code = 0;
  std::call_once(once, [] { code = libssh2_init(0); });
  if (code != 0) return lab_error("libssh2 can't be started");
  return {};
}

Result<sockaddr_storage> address_of(const Endpoint& server, socklen_t& size) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, server.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(server.port);
    size = sizeof *v4;
  } else if (::inet_pton(AF_INET6, server.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(server.port);
    size = sizeof *v6;
  } else {
    return lab_error("is no IP address", server.address);
  }
  return storage;
}

/// One SSH connection with a deadline over everything that is done on it.
class Session {
 public:
  explicit Session(const SshLogin& login)
      : login_(login),
        place_(fmt::format("{}:{}", login.server.address, login.server.port)),
        deadline_(real_clock().now() + login.timeout) {}
  ~Session() {
    if (!session_) return;
    deadline_ = std::min(deadline_, real_clock().now() + kFarewell);
    static_cast<void>(again("goodbye", [&] { return libssh2_session_disconnect(session_.get(), "done"); }));
    // On a connection that may still be spoken on, libssh2 asks to be called again instead of freeing anything.
    ::shutdown(socket_.get(), SHUT_RDWR);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Result<void> connect() {
    socklen_t size = 0;
    LABCTL_ASSIGN(const auto address, address_of(login_.server, size));
    LABCTL_ASSIGN(socket_, login_.server.from->open(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK));
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
      if (errno != EINPROGRESS) return system_error("can't connect for SSH", errno, place_);
      LABCTL_TRY(wait_for(POLLOUT, "the connection"));
      int error = 0;
      socklen_t length = sizeof error;
      ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
      if (error != 0) return system_error("can't connect for SSH", error, place_);
    }
    session_.reset(libssh2_session_init());
    if (!session_) return lab_error("no memory for an SSH session");
    libssh2_session_set_blocking(session_.get(), 0);
    // The one kind of key that the lab makes; otherwise the server might show another of its keys.
    libssh2_session_method_pref(session_.get(), LIBSSH2_METHOD_HOSTKEY, "ssh-ed25519");
    return again("the key exchange", [&] { return libssh2_session_handshake(session_.get(), socket_.get()); });
  }

  /// The server's key is the expected one, octet for octet.
  Result<void> check_host_key() {
    std::size_t size = 0;
    int type = 0;
    const char* key = libssh2_session_hostkey(session_.get(), &size, &type);
    const auto words = split(trim(login_.host_key), ' ');
    std::string expected;
    if (words.size() > 1) {
      char* bytes = nullptr;
      unsigned length = 0;
      if (libssh2_base64_decode(session_.get(), &bytes, &length, words[1].data(),
                                static_cast<unsigned>(words[1].size())) == 0) {
        expected.assign(bytes, length);
        libssh2_free(session_.get(), bytes);
      }
    }
    if (key == nullptr || expected.empty() || std::string_view(key, size) != expected)
      return lab_error("the host shows another SSH host key than the lab gave it; no login", place_,
                       "was /etc/ssh/ssh_host_ed25519_key changed there? labctl reset puts it back");
    return {};
  }

  Result<void> log_in() {
    auto entered = again("the login", [&] {
      return libssh2_userauth_publickey_frommemory(session_.get(), login_.user.c_str(), login_.user.size(),
                                                   login_.public_key.c_str(), login_.public_key.size(),
                                                   login_.private_key.c_str(), login_.private_key.size(), nullptr);
    });
    if (!entered && entered.error().kind == ErrorKind::lab)
      return lab_error(fmt::format("the login as {} was refused: {}", login_.user, entered.error().message), place_,
                       "is the public key in that account's ~/.ssh/authorized_keys?");
    return entered;
  }

  Result<ProcessResult> run(const std::string& command) {
    LABCTL_TRY(again("a session channel", [&] {
      channel_.reset(libssh2_channel_open_session(session_.get()));
      return channel_ ? 0 : libssh2_session_last_errno(session_.get());
    }));
    LABCTL_TRY(
        again("the start of the command", [&] { return libssh2_channel_exec(channel_.get(), command.c_str()); }));
    LABCTL_TRY(again("the end of input", [&] { return libssh2_channel_send_eof(channel_.get()); }));
    ProcessResult result;
    while (true) {
      LABCTL_ASSIGN(const bool more_out, read_stream(0, result.out));
      LABCTL_ASSIGN(const bool more_err, read_stream(SSH_EXTENDED_DATA_STDERR, result.err));
      if (more_out || more_err) continue;
      if (libssh2_channel_eof(channel_.get()) == 1) break;
      LABCTL_TRY(wait_for(directions(), "the command's output"));
    }
    // Behind the close come exit-status or exit-signal (RFC 4254 section 6.10).
    LABCTL_TRY(again("the end of the command", [&] { return libssh2_channel_close(channel_.get()); }));
    LABCTL_TRY(again("the end of the command", [&] { return libssh2_channel_wait_closed(channel_.get()); }));
    result.exit_status = libssh2_channel_get_exit_status(channel_.get());
    char* signal = nullptr;
    libssh2_channel_get_exit_signal(channel_.get(), &signal, nullptr, nullptr, nullptr, nullptr, nullptr);
    if (signal != nullptr) {
      result.err += fmt::format("ended by SIG{}\n", printable(signal));
      result.exit_status = 128;
      libssh2_free(session_.get(), signal);
    }
    return result;
  }

 private:
  /// True when something was read.
  Result<bool> read_stream(int stream, std::string& text) {
    std::array<char, 16384> buffer;
    const auto count = libssh2_channel_read_ex(channel_.get(), stream, buffer.data(), buffer.size());
    if (count == LIBSSH2_ERROR_EAGAIN || count == 0) return false;
    if (count < 0) return failed("the command's output");
    if (text.size() + static_cast<std::size_t>(count) > kOutputLimit)
      return lab_error(fmt::format("the command printed more than {} MiB", kOutputLimit >> 20U), place_);
    text.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  /// Calls until libssh2 no longer asks to be called again.
  Result<void> again(std::string_view what, const std::function<int()>& call) {
    while (true) {
      const int code = call();
      if (code == 0) return {};
      if (code != LIBSSH2_ERROR_EAGAIN) return failed(what);
      LABCTL_TRY(wait_for(directions(), what));
    }
  }

  short directions() const {
    const int wanted = libssh2_session_block_directions(session_.get());
    short events = 0;
    if ((wanted & LIBSSH2_SESSION_BLOCK_INBOUND) != 0) events |= POLLIN;
    if ((wanted & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0) events |= POLLOUT;
    return events != 0 ? events : static_cast<short>(POLLIN);
  }

  Result<void> wait_for(short events, std::string_view what) const {
    while (true) {
      const auto left = std::chrono::duration_cast<Milliseconds>(deadline_ - real_clock().now());
      if (left <= Milliseconds::zero())
        return timeout_error(
            fmt::format("waited {:.1f} s over SSH for {}", static_cast<double>(login_.timeout.count()) / 1000, what),
            place_);
      pollfd descriptor{socket_.get(), events, 0};
      const int ready = ::poll(&descriptor, 1, static_cast<int>(left.count()));
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return system_error("can't wait for the SSH connection", errno, place_);
    }
  }

  std::unexpected<Error> failed(std::string_view what) const {
    char* text = nullptr;
    libssh2_session_last_error(session_.get(), &text, nullptr, 0);
    return lab_error(fmt::format("SSH failed at {}: {}", what, printable(text != nullptr ? text : "unknown error")),
                     place_);
  }

  const SshLogin& login_;
  std::string place_;
  Clock::Steady deadline_;
  FileDescriptor socket_;
  std::unique_ptr<LIBSSH2_SESSION, FreeSession> session_;
  std::unique_ptr<LIBSSH2_CHANNEL, FreeChannel> channel_;
};

}  // namespace

Result<ProcessResult> run_over_ssh(const SshLogin& login, const std::string& command) {
  LABCTL_TRY(start_library());
  Session session(login);
  LABCTL_TRY(session.connect());
  LABCTL_TRY(session.check_host_key());
  LABCTL_TRY(session.log_in());
  return session.run(command);
}

}  // namespace labctl::host
