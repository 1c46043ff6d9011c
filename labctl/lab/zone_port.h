#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/dns/knot_control.h"
#include "labctl/dns/resolver.h"
#include "labctl/lab/hosts.h"
#include "labctl/lab/ports.h"

namespace labctl::lab {

/// The name servers of the lab as the zone port uses them. `host` is the name of a lab host.
class NameServers {
 public:
  virtual ~NameServers() = default;
  virtual Result<std::vector<dns::Record>> read(const std::string& host, const std::string& zone) = 0;
  virtual Result<dns::ZoneStatus> status(const std::string& host, const std::string& zone) = 0;
  virtual Result<void> apply(const std::string& host, const dns::ZoneEdit& edit) = 0;
  virtual Result<dns::Answer> query(const std::string& host, std::string_view name, std::string_view type) = 0;
  virtual Result<std::uint32_t> serial(const std::string& host, std::string_view zone) = 0;
  virtual Result<void> flush(const std::string& resolver, std::string_view zone) = 0;
};

/// knotd and Unbound behind the hosts' transports. Errors name host and daemon.
std::unique_ptr<NameServers> real_name_servers(Hosts& hosts, const topology::Topology& topology);

/// Zones by way of Knot's control socket; every edit is followed to the resolver. Safe from several threads at once.
class ZonePortImpl final : public ZonePort {
 public:
  ZonePortImpl(Hosts& hosts, const topology::Topology& topology, std::unique_ptr<NameServers> servers, Clock& clock,
               std::stop_token stop)
      : hosts_(hosts), topology_(topology), servers_(std::move(servers)), clock_(clock), stop_(std::move(stop)) {}

  Result<std::vector<dns::Record>> read(const std::string& zone) override;
  Result<evidence::ZoneEdited> apply(const dns::ZoneEdit& edit) override;
  Result<evidence::RecordsSeen> ask_authority(const std::string& zone,
                                              const std::vector<std::string>& questions) override;

 private:
  /// A zone of the lab: its name (no trailing dot; "." for the root), the host that serves it, its file there.
  struct Place {
    std::string zone;
    std::string host;
    std::string file;
    [[nodiscard]] std::string knot() const { return host + ": knot"; }
  };
  using Questions = std::vector<std::pair<std::string, std::string>>;  ///< owner and type

  Result<Place> find(const std::string& zone) const;
  std::mutex& mutex_of(const std::string& zone);
  Result<void> require_editable(const Place& place);
  Result<void> require_reloaded(const Place& place);
  /// What the zone's file has and the loaded zone hasn't, and the other way: "+ " and "- " lines.
  Result<std::string> unloaded_edit(const Place& place);
  Result<void> commit(const Place& place, const dns::ZoneEdit& edit);
  Result<void> abandon_own_transaction(const Place& place);
  Result<evidence::RecordsSeen> look(const std::string& server, const Place& place, const Questions& questions);
  Result<evidence::RecordsSeen> await_authority(const Place& place, const dns::ZoneEdit& edit,
                                                const Questions& questions, std::uint32_t serial_before);
  Result<evidence::RecordsSeen> await_resolver(const Place& place, const dns::ZoneEdit& edit,
                                               const Questions& questions, const evidence::RecordsSeen& authority);

  Hosts& hosts_;
  const topology::Topology& topology_;
  std::unique_ptr<NameServers> servers_;
  Clock& clock_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::map<std::string, std::mutex> zone_mutexes_;  ///< one edit of a zone at a time
};

}  // namespace labctl::lab
