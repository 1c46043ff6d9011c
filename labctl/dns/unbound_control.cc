#include "labctl/dns/unbound_control.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>

#include "labctl/base/deadline.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"
#include "labctl/dns/record.h"

namespace labctl::dns {
namespace {

constexpr std::size_t kLongestAnswer = 65'536;
constexpr const char* kHint = "is unbound running? labctl logs HOST unbound.service tells";

Result<FileDescriptor> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return lab_error(
        fmt::format("the path of Unbound's control socket is longer than the {} bytes that a socket's path may have",
                    sizeof address.sun_path - 1),
        path);
  path.copy(address.sun_path, path.size());
  FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error("can't make a socket", errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  // EAGAIN: the queue of connections is full, since unbound takes none from it.
  if (errno == EAGAIN) return timeout_error("unbound takes no connection at its control socket", path, kHint);
  return system_error("can't connect to Unbound's control socket", errno, path, kHint);
}

}  // namespace

UnboundControl::UnboundControl(std::string socket_path, Milliseconds timeout)
    : socket_path_(std::move(socket_path)), timeout_(timeout) {}

Result<void> UnboundControl::flush_zone(std::string_view zone) const {
  LABCTL_ASSIGN(const auto name, absolute_name(zone, "."));
  return command("flush_zone " + name);
}

Result<void> UnboundControl::flush_servers() const { return command("flush_infra all"); }

Result<void> UnboundControl::command(const std::string& what) const {
  LABCTL_ASSIGN(const auto fd, connect_to(socket_path_));
  const Deadline deadline(timeout_);
  const std::string line = fmt::format("UBCT1 {}\n", what);
  if (::send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    return system_error("can't talk to Unbound's control socket", errno, socket_path_, kHint);
  // unbound ends its answer by closing the connection.
  std::string answer;
  std::array<char, 1024> buffer;
  while (answer.size() < kLongestAnswer) {
    if (!wait_for_events(fd.get(), POLLIN, deadline))
      return timeout_error(fmt::format("unbound does not answer {}", what), socket_path_, kHint);
    const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return system_error("the control connection to unbound broke", errno, socket_path_, kHint);
    if (count == 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (answer.empty())
    return lab_error(fmt::format("unbound closed the control connection without an answer to {}", what), socket_path_,
                     "its remote-control needs 'control-use-cert: no'");
  if (!answer.starts_with("ok"))
    return lab_error(fmt::format("unbound refuses {}: {}", what, printable(trim(answer))), socket_path_);
  return {};
}

}  // namespace labctl::dns
