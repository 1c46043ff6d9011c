#include "labctl/dns/exchange.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace labctl::dns {
namespace {

std::string place_of(const Endpoint& server) { return fmt::format("{}:{}", server.address, server.port); }

std::unexpected<Error> silent(const Endpoint& server) {
  return timeout_error("the name server does not answer", place_of(server));
}

std::unexpected<Error> unreachable(const Endpoint& server, int code) {
  if (code == ECONNREFUSED) return lab_error("nothing listens at the name server's address", place_of(server));
  return system_error("can't reach the name server", code, place_of(server));
}

bool try_again(int code) { return code == EINTR || code == EAGAIN || code == EWOULDBLOCK; }

Result<FileDescriptor> connect_to(const Endpoint& server, int type, const Deadline& deadline) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  if (::inet_pton(AF_INET, server.address.c_str(), &address.sin_addr) != 1)
    return lab_error(fmt::format("'{}' is no IPv4 address of a name server", server.address));
  LABCTL_ASSIGN(auto fd, server.from->open(AF_INET, type));
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  if (errno != EINPROGRESS) return unreachable(server, errno);
  if (!wait_for_events(fd.get(), POLLOUT, deadline)) return silent(server);
  int code = 0;
  socklen_t size = sizeof code;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &code, &size);
  if (code != 0) return unreachable(server, code);
  return fd;
}

/// Reads exactly `size` bytes.
Result<Wire> read_bytes(const FileDescriptor& fd, std::size_t size, const Endpoint& server, const Deadline& deadline) {
  Wire bytes(size);
  std::size_t done = 0;
  while (done < size) {
    if (deadline.passed() || !wait_for_events(fd.get(), POLLIN, deadline)) return silent(server);
    const ssize_t count = ::recv(fd.get(), bytes.data() + done, size - done, 0);
    if (count == 0) return lab_error("the name server closed the connection in mid-answer", place_of(server));
    if (count < 0 && !try_again(errno)) return unreachable(server, errno);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace

Result<Wire> ask_over_udp(const Endpoint& server, const Wire& query,
                          const std::function<bool(std::span<const std::uint8_t>)>& is_answer, Milliseconds again,
                          const Deadline& deadline) {
  LABCTL_ASSIGN(const auto fd, connect_to(server, SOCK_DGRAM, deadline));
  std::array<std::uint8_t, 65536> buffer;
  while (!deadline.passed()) {
    if (::send(fd.get(), query.data(), query.size(), 0) < 0 && !try_again(errno)) return unreachable(server, errno);
    const Deadline round(std::min(again, deadline.left()));
    // Looked at before each datagram: a flood of wrong answers must not hold the caller for ever.
    while (!round.passed() && wait_for_events(fd.get(), POLLIN, round)) {
      const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (size < 0 && !try_again(errno)) return unreachable(server, errno);
      if (size > 0 && is_answer({buffer.data(), static_cast<std::size_t>(size)}))
        return Wire(buffer.begin(), buffer.begin() + size);
    }
  }
  return silent(server);
}

Result<Wire> ask_over_tcp(const Endpoint& server, const Wire& query, const Deadline& deadline) {
  LABCTL_ASSIGN(const auto fd, connect_to(server, SOCK_STREAM, deadline));
  Wire framed{static_cast<std::uint8_t>(query.size() >> 8U), static_cast<std::uint8_t>(query.size() & 0xffU)};
  framed.insert(framed.end(), query.begin(), query.end());
  // A query is far smaller than an empty send buffer, so it goes out whole.
  if (::send(fd.get(), framed.data(), framed.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(framed.size()))
    return unreachable(server, errno);
  LABCTL_ASSIGN(const auto length, read_bytes(fd, 2, server, deadline));
  return read_bytes(fd, static_cast<std::size_t>(length[0] << 8U | length[1]), server, deadline);
}

}  // namespace labctl::dns
