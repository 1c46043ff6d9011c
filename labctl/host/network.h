#pragma once

#include <span>
#include <string>
#include <string_view>

#include "labctl/base/error.h"

namespace labctl::host {

/// One host's connection to the lab's bridge.
struct Port {
  std::string netns;    ///< of the host, below /run/netns
  std::string address;  ///< IPv4 literal inside 198.18.0.0/15
  std::string mac;
};

/// The lab's bridge, in a namespace of its own with no route out; the controller's address is the bridge's own.
/// Every port lets through only frames with its own MAC and IPv4 address: a borrowed address would be a forged SPF
/// pass. All routes have `quickack 1` (a milter over TCP stalls for 40 ms a message without it).
class Network {
 public:
  explicit Network(std::string switch_netns) : switch_(std::move(switch_netns)) {}

  /// Makes the bridge unless it is there.
  [[nodiscard]] Result<void> create(std::string_view controller_address) const;
  [[nodiscard]] bool exists() const;
  /// Makes the hosts' namespaces and connects them; what was left of them is replaced.
  [[nodiscard]] Result<void> attach(std::span<const Port> ports) const;
  /// Connects namespaces that are there, anew where an old cable is left.
  [[nodiscard]] Result<void> plug(std::span<const Port> ports) const;
  /// True when the host's end has its MAC, address and route, and both ends are up.
  [[nodiscard]] bool plugged(const Port& port) const;
  /// Pins exactly these ports.
  [[nodiscard]] Result<void> pin(std::span<const Port> ports) const;

 private:
  std::string switch_;
};

/// Removes a namespace with all that is in it; none is no error.
Result<void> remove_netns(const std::string& name);
bool netns_exists(const std::string& name);

}  // namespace labctl::host
