#include "labctl/host/network.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "labctl/base/process.h"
#include "labctl/base/text.h"

namespace labctl::host {
namespace {

constexpr const char* kLabNetwork = "198.18.0.0/15";  // RFC 2544 section C.2.2

/// ip(8) in batch mode, in one namespace or, without a name, in the machine's own.
Result<void> ip_batch(const std::string& netns, std::string commands) {
  std::vector<std::string> argv{"ip"};
  if (!netns.empty()) argv.insert(argv.end(), {"-n", netns});
  argv.insert(argv.end(), {"-batch", "-"});
  LABCTL_TRY(run_checked({.argv = std::move(argv), .input = std::move(commands)}));
  return {};
}

/// Name of the bridge port of a host: short enough for an interface, unique by address.
std::string port_name(const Port& port) {
  const auto octets = split(port.address, '.');
  return fmt::format("p{}-{}-{}", octets[1], octets[2], octets[3]);
}

}  // namespace

bool netns_exists(const std::string& name) { return ::access(("/run/netns/" + name).c_str(), F_OK) == 0; }

Result<void> remove_netns(const std::string& name) {
  const std::string path = "/run/netns/" + name;
  // A kill between mount and unlink leaves one or the other: both are tried.
  while (::umount2(path.c_str(), MNT_DETACH) == 0) {
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("can't remove the namespace", errno, path);
  return {};
}

bool Network::exists() const { return netns_exists(switch_); }

Result<void> Network::create(std::string_view controller_address) const {
  if (exists()) {
    const auto bridge = run_process({.argv = {"ip", "-n", switch_, "-brief", "address", "show", "dev", "lab0"}});
    if (bridge && bridge->exit_status == 0 && bridge->out.find(controller_address) != std::string::npos) return {};
    LABCTL_TRY(remove_netns(switch_));
  }
  LABCTL_TRY(ip_batch("", fmt::format("netns add {}\n", switch_)));
  return ip_batch(switch_, fmt::format("link set lo up\n"
                                       "link add lab0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0\n"
                                       "address add {}/32 dev lab0\n"
                                       "link set lab0 up\n"
                                       "route add {} dev lab0 src {} quickack 1\n",
                                       controller_address, kLabNetwork, controller_address));
}

Result<void> Network::attach(std::span<const Port> ports) const {
  std::string spaces;
  for (const auto& port : ports) {
    LABCTL_TRY(remove_netns(port.netns));
    spaces += fmt::format("netns add {}\n", port.netns);
  }
  LABCTL_TRY(ip_batch("", std::move(spaces)));
  return plug(ports);
}

Result<void> Network::plug(std::span<const Port> ports) const {
  std::string cables;
  for (const auto& port : ports) {
    const auto name = port_name(port);
    // The far end of an old cable dies with its namespace, but that death is asynchronous.
    static_cast<void>(run_process({.argv = {"ip", "-n", switch_, "link", "del", name}}));
    cables += fmt::format("link add {0} type veth peer name eth0 address {1} netns {2}\nlink set {0} master lab0 up\n",
                          name, port.mac, port.netns);
  }
  LABCTL_TRY(ip_batch(switch_, std::move(cables)));
  for (const auto& port : ports)
    // To daemons of the host itself, too: a receiver's milters would cost 40 ms each (delayed ACK against Nagle).
    LABCTL_TRY(ip_batch(port.netns, fmt::format("link set lo up\n"
                                                "route change local 127.0.0.1 dev lo table local proto kernel "
                                                "scope host src 127.0.0.1 quickack 1\n"
                                                "address add {0}/32 dev eth0\n"
                                                "link set eth0 up\n"
                                                "route add {1} dev eth0 src {0} quickack 1\n",
                                                port.address, kLabNetwork)));
  return {};
}

bool Network::plugged(const Port& port) const {
  // The route stands only while link and address do.
  const auto route = run_process({.argv = {"ip", "-n", port.netns, "route", "show", kLabNetwork}});
  const auto link = run_process({.argv = {"ip", "-n", port.netns, "-brief", "link", "show", "dev", "eth0"}});
  return route && route->out.find(fmt::format("src {} ", port.address)) != std::string::npos && link &&
         link->out.find(port.mac) != std::string::npos && link->out.find("LOWER_UP") != std::string::npos;
}

Result<void> Network::pin(std::span<const Port> ports) const {
  std::vector<std::string> pins;
  for (const auto& port : ports)
    pins.push_back(fmt::format("\"{}\" . {} . {}", port_name(port), port.mac, port.address));
  // One transaction: replaced as a whole, never open in between. What is neither IPv4 nor ARP is dropped too.
  const std::string rules = fmt::format(
      "table bridge lab\n"
      "delete table bridge lab\n"
      "table bridge lab {{\n"
      "  set pins {{ type ifname . ether_addr . ipv4_addr; elements = {{ {} }} }}\n"
      "  chain in {{\n"
      "    type filter hook prerouting priority filter; policy drop;\n"
      "    ether type ip iifname . ether saddr . ip saddr @pins accept\n"
      "    ether type arp iifname . ether saddr . arp saddr ip @pins accept\n"
      "  }}\n"
      "}}\n",
      join(pins, ", "));
  LABCTL_TRY(run_checked({.argv = {"ip", "netns", "exec", switch_, "nft", "-f", "-"}, .input = rules}));
  return {};
}

}  // namespace labctl::host
