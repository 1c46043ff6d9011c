#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "labctl/base/endpoint.h"
#include "tests/fakes/loopback.h"

namespace labctl::fakes {

/// A name server on a port of 127.0.0.1 that says what a test tells it to, byte for byte.
class FakeNameServer {
 public:
  using Bytes = std::vector<std::uint8_t>;
  /// From a query to the datagrams that are sent back; none is silence.
  using Udp = std::function<std::vector<Bytes>(const Bytes& query)>;
  /// From a query (without its length) to the bytes that are sent back before the connection is closed.
  using Tcp = std::function<Bytes(const Bytes& query)>;

  explicit FakeNameServer(Udp udp, Tcp tcp = {}) : on_udp_(std::move(udp)), on_tcp_(std::move(tcp)) {
    for (int attempt = 0; attempt < 100 && !bind_both(); ++attempt) {
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  [[nodiscard]] Endpoint endpoint() const { return {std::make_shared<OwnNetwork>(), "127.0.0.1", port_}; }
  [[nodiscard]] std::vector<Bytes> udp_queries() const {
    const std::scoped_lock lock(mutex_);
    return udp_queries_;
  }
  [[nodiscard]] int tcp_connections() const {
    const std::scoped_lock lock(mutex_);
    return tcp_connections_;
  }

 private:
  bool bind_both() {
    udp_ = FileDescriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    tcp_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(tcp_.get(), generic, size) != 0 || ::getsockname(tcp_.get(), generic, &size) != 0) return false;
    port_ = ntohs(address.sin_port);
    return ::bind(udp_.get(), generic, size) == 0 && (!on_tcp_ || ::listen(tcp_.get(), 5) == 0);
  }

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::array<pollfd, 2> polls{pollfd{udp_.get(), POLLIN, 0}, pollfd{on_tcp_ ? tcp_.get() : -1, POLLIN, 0}};
      if (::poll(polls.data(), polls.size(), 5) <= 0) continue;
      if (polls[0].revents != 0) answer_udp();
      if (polls[1].revents != 0) answer_tcp();
    }
  }

  void answer_udp() {
    Bytes query(4096);
    sockaddr_in client{};
    socklen_t size = sizeof client;
    const ssize_t count =
        ::recvfrom(udp_.get(), query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&client), &size);
    if (count < 0) return;
    query.resize(static_cast<std::size_t>(count));
    {
      const std::scoped_lock lock(mutex_);
      udp_queries_.push_back(query);
    }
    for (const auto& datagram : on_udp_(query))
      ::sendto(udp_.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&client), size);
  }

  void answer_tcp() {
    const FileDescriptor client(::accept(tcp_.get(), nullptr, nullptr));
    Bytes query(4096);
    const ssize_t count = ::recv(client.get(), query.data(), query.size(), 0);
    if (count < 2) return;
    query.resize(static_cast<std::size_t>(count));
    {
      const std::scoped_lock lock(mutex_);
      ++tcp_connections_;
    }
    const auto answer = on_tcp_({query.begin() + 2, query.end()});
    ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  Udp on_udp_;
  Tcp on_tcp_;
  FileDescriptor udp_;
  FileDescriptor tcp_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Bytes> udp_queries_;
  int tcp_connections_ = 0;
  std::jthread thread_;
};

}  // namespace labctl::fakes
