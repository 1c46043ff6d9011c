#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/placeholders.h"
#include "labctl/host/host.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::service {

/// All that the deployment of a service on one host may depend on.
struct Context {
  const topology::Topology& lab;
  const topology::HostSpec& host;
  const topology::Credentials& credentials;
  /// A file of the base system that a service adds to (/etc/passwd and the like).
  std::function<Result<std::string>(std::string_view path)> base_file;

  /// {domain} {fqdn} {address} {parent_address} {resolver_address} {filter_address} … and {zone} {participant} on a
  /// participant's host.
  [[nodiscard]] Placeholders placeholders() const;
};

/// A TCP address on which a daemon listens when it is ready; seen from its own host.
struct Probe {
  std::string address;
  std::uint16_t port = 0;
};

/// What a service wants of its host: files in the places where Debian has them, systemd units to start, and where it
/// listens once it is ready.
struct Deployment {
  std::vector<host::File> files;
  std::vector<std::string> units;
  std::vector<Probe> probes;
};

/// One daemon as labctl deploys it. A new one is one new folder and one row of the table.
struct Service {
  std::string_view name;
  Result<Deployment> (*deploy)(const Context& context);
  std::string_view log_file;  ///< empty: journal only
};

std::span<const Service> services();
const Service* find_service(std::string_view name);

/// A template or fixed file of labctl/service/, by its path below that folder, compiled in.
Result<std::string_view> embedded(std::string_view path);
/// An embedded template, filled.
Result<host::File> from_template(std::string_view embedded_path, std::string target, const Placeholders& values,
                                 unsigned mode = 0644);

}  // namespace labctl::service
