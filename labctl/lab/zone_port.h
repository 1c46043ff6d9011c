#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/lab/name_servers.h"
#include "labctl/lab/ports.h"
#include "labctl/lab/zone_desk.h"
#include "labctl/lab/zone_file_guard.h"

namespace labctl::lab {

/// Zones by way of Knot's control socket; every edit is followed to the resolver. Safe from several threads at once.
class ZonePortImpl final : public ZonePort {
 public:
  /// @param directory where the zones' locks and histories are kept
  ZonePortImpl(Hosts& hosts, const topology::Topology& topology, std::unique_ptr<NameServers> servers, Clock& clock,
               std::stop_token stop, std::string directory)
      : hosts_(hosts),
        topology_(topology),
        servers_(std::move(servers)),
        clock_(clock),
        stop_(std::move(stop)),
        desk_(hosts, *servers_, clock, stop_, ZoneHistory(std::move(directory))) {}

  Result<std::vector<dns::Record>> read(const std::string& zone) override;
  Result<evidence::ZoneEdited> apply(const dns::ZoneEdit& edit) override;
  Result<evidence::RecordsSeen> ask_authority(const std::string& zone,
                                              const std::vector<std::string>& questions) override;

 private:
  using Place = ZonePlace;
  using Questions = std::vector<std::pair<std::string, std::string>>;  ///< owner and type

  Result<Place> find(const std::string& zone) const { return find_zone(topology_, zone); }
  std::mutex& mutex_of(const std::string& zone);
  Result<void> require_editable(const Place& place);
  /// The file's text, which holds what is loaded.
  Result<std::string> require_reloaded(const Place& place);
  /// As require_reloaded; from now on nothing that is done to the file by hand is lost.
  Result<ZoneFileGuard> guard_file(const Place& place);
  Result<void> await_flush(const Place& place, ZoneFileGuard& file);
  Result<void> commit(const Place& place, const dns::ZoneEdit& edit, std::uint32_t serial_before);
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
  ZoneDesk desk_;
  std::mutex mutex_;
  std::map<std::string, std::mutex> zone_mutexes_;  ///< one edit of a zone at a time
};

}  // namespace labctl::lab
