#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "labctl/base/endpoint.h"
#include "tests/fakes/loopback.h"

namespace labctl::fakes {

/// The server's side of one connection of a ScriptedServer.
class ScriptedPeer {
 public:
  ScriptedPeer(FileDescriptor fd, std::stop_token stop) : fd_(std::move(fd)), stop_(std::move(stop)) {}

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  /// Without its line end; none when the client has gone or the test is over.
  std::optional<std::string> line() {
    while (true) {
      if (const auto end = received_.find("\r\n"); end != std::string::npos) {
        std::string whole = received_.substr(0, end);
        received_.erase(0, end + 2);
        return whole;
      }
      if (!receive()) return std::nullopt;
    }
  }

  /// Says nothing until the client gives up.
  void hang() {
    while (receive()) {
    }
  }

 private:
  bool receive() {
    while (!stop_.stop_requested()) {
      pollfd poll{fd_.get(), POLLIN, 0};
      if (::poll(&poll, 1, 5) <= 0) continue;
      std::array<char, 4096> buffer{};
      const auto count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return false;
      received_.append(buffer.data(), static_cast<std::size_t>(count));
      return true;
    }
    return false;
  }

  FileDescriptor fd_;
  std::stop_token stop_;
  std::string received_;
};

/// A TCP server on a port of 127.0.0.1 whose every connection follows a script; one connection at a time. A script that
/// returns closes the connection.
class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedPeer&)>;

  explicit ScriptedServer(Script script)
      : script_(std::move(script)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    ::bind(fd_.get(), generic, size);
    ::listen(fd_.get(), 5);
    ::getsockname(fd_.get(), generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  [[nodiscard]] Endpoint endpoint() const { return {network_, "127.0.0.1", port_}; }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd poll{fd_.get(), POLLIN, 0};
      if (::poll(&poll, 1, 5) <= 0) continue;
      ScriptedPeer peer(FileDescriptor(::accept(fd_.get(), nullptr, nullptr)), stop);
      script_(peer);
    }
  }

  Script script_;
  std::shared_ptr<SocketSource> network_ = std::make_shared<OwnNetwork>();
  FileDescriptor fd_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace labctl::fakes
