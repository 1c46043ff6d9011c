#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/dns/knot_control.h"
#include "labctl/dns/resolver.h"
#include "labctl/lab/hosts.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// The name servers of the lab as zones are edited by them. `host` is the name of a lab host.
class NameServers {
 public:
  virtual ~NameServers() = default;
  virtual Result<std::vector<dns::Record>> read(const std::string& host, const std::string& zone) = 0;
  virtual Result<dns::ZoneStatus> status(const std::string& host, const std::string& zone) = 0;
  /// What the zone's open transaction would change.
  virtual Result<dns::ZoneEdit> transaction(const std::string& host, const std::string& zone) = 0;
  virtual Result<void> apply(const std::string& host, const dns::ZoneEdit& edit) = 0;
  virtual Result<dns::Answer> query(const std::string& host, std::string_view name, std::string_view type) = 0;
  /// What the resolver has in its cache; the question brings nothing in.
  virtual Result<dns::Answer> cached(const std::string& resolver, std::string_view name, std::string_view type) = 0;
  virtual Result<std::uint32_t> serial(const std::string& host, std::string_view zone) = 0;
  virtual Result<void> flush(const std::string& resolver, std::string_view zone) = 0;
};

/// knotd and Unbound behind the hosts' transports. Errors name host and daemon.
std::unique_ptr<NameServers> real_name_servers(Hosts& hosts, const topology::Topology& topology);

}  // namespace labctl::lab
