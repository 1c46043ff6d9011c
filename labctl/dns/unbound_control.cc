#include "labctl/dns/unbound_control.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>

#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"

namespace labctl::dns {

UnboundControl::UnboundControl(std::string socket_path, Milliseconds timeout)
    : socket_path_(std::move(socket_path)), timeout_(timeout) {}

Result<void> UnboundControl::flush_zone(std::string_view zone) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path_.size() >= sizeof address.sun_path) return lab_error("the path of Unbound's control socket is too long", socket_path_);
  socket_path_.copy(address.sun_path, socket_path_.size());
  const FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = timeout_.count() / 1000, .tv_usec = (timeout_.count() % 1000) * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return system_error("can't connect to Unbound's control socket", errno, socket_path_,
                        "is unbound running? systemctl status unbound.service on that host tells");
  const std::string command = fmt::format("UBCT1 flush_zone {}\n", zone);
  if (::send(fd.get(), command.data(), command.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(command.size()))
    return system_error("can't talk to Unbound's control socket", errno, socket_path_);
  std::string answer;
  std::array<char, 1024> buffer;
  while (answer.size() < 65536) {
    const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return timeout_error("unbound does not answer flush_zone", socket_path_);
    if (count == 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (!answer.starts_with("ok")) return lab_error(fmt::format("unbound refuses flush_zone {}: {}", zone, printable(trim(answer))), socket_path_);
  return {};
}

}  // namespace labctl::dns
