#include "tests/contract/daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

#include "labctl/base/file_descriptor.h"
#include "labctl/base/process.h"

namespace labctl::contract {

Daemon::Daemon(const std::vector<std::string>& argv, const std::string& output_file) {
  pid_ = spawn_detached({.argv = argv}, output_file).value_or(-1);
}

Daemon::~Daemon() {
  if (pid_ <= 0) return;
  // A wedged knotd does not end on SIGTERM, and nothing that it holds is worth a clean end.
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool installed(const std::string& program) {
  const auto found = run_process({.argv = {program, "-V"}});
  return found.has_value() && found->exit_status != 127;
}

bool live_required() {
  const char* value = std::getenv("LABCTL_REQUIRE_LIVE");
  return value != nullptr && std::string_view(value) == "1";
}

std::uint16_t free_port() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const FileDescriptor tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const FileDescriptor udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(tcp.get(), generic, size) == 0 && ::getsockname(tcp.get(), generic, &size) == 0 &&
        ::bind(udp.get(), generic, size) == 0)
      return ntohs(address.sin_port);
  }
  return 0;
}

}  // namespace labctl::contract
