#include "labctl/lab/forwards.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>

#include "labctl/base/file_descriptor.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/host/cgroup.h"
#include "labctl/host/places.h"

namespace labctl::lab {
namespace {

std::uint16_t port_of(std::string_view listen) {
  std::uint16_t port = 0;
  std::from_chars(listen.data() + listen.rfind(':') + 1, listen.data() + listen.size(), port);
  return port;
}

/// Nothing else may use the port: found out before the proxy is started, since that ends without a word to anybody.
Result<void> check_free(const std::string& listen) {
  const auto colon = listen.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_of(listen));
  if (::inet_pton(AF_INET, listen.substr(0, colon).c_str(), &address.sin_addr) != 1)
    return usage_error(fmt::format("'{}' is no IPv4 address to listen on", listen.substr(0, colon)));
  const FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return system_error(fmt::format("can't listen on {}", listen), errno, {},
                        "choose another --listen address or --listen-port-base");
  return {};
}

}  // namespace

std::vector<Forward> forwards_of(const topology::LabSettings& settings, const topology::Topology& topology) {
  std::vector<Forward> forwards;
  if (settings.listen.empty()) return forwards;
  const auto* island = topology.with_role(topology::Role::bastion);
  forwards.push_back({"ssh island", fmt::format("{}:{}", settings.listen, settings.listen_port_base),
                      fmt::format("{}:22", island->address)});
  for (const auto& participant : topology.participants)
    if (const auto* host = topology.with_role(topology::Role::mailbox, participant.id))
      forwards.push_back({fmt::format("imap {}", participant.id),
                          fmt::format("{}:{}", settings.listen, settings.listen_port_base + participant.number),
                          fmt::format("{}:143", host->address)});
  return forwards;
}

Result<void> check_forwards(const std::vector<Forward>& forwards) {
  for (const auto& forward : forwards) LABCTL_TRY(check_free(forward.listen));
  return {};
}

Result<void> start_forwards(const topology::Topology& topology, const std::vector<Forward>& forwards) {
  if (forwards.empty()) return {};
  const std::string netns = host::switch_netns(topology.lab);
  const std::string log = host::state_directory(topology.lab) + "/forwards.log";
  for (const auto& forward : forwards) {
    const host::Cgroup group(fmt::format("{}/forwards/{}", topology.lab, port_of(forward.listen)));
    // Somebody may be logged in by it.
    if (!group.processes().empty()) continue;
    LABCTL_TRY(check_free(forward.listen));
    LABCTL_TRY(group.create({.processes = 64, .memory_bytes = 128ULL << 20U}));
    LABCTL_TRY(spawn_detached(
        {.argv = {"systemd-socket-activate", "--listen=" + forward.listen, "nsenter", "--net=/run/netns/" + netns,
                  "/lib/systemd/systemd-socket-proxyd", "--connections-max=512", forward.target},
         .join = group.join_files()},
        log));
  }
  return {};
}

}  // namespace labctl::lab
