#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "labctl/lab/ports.h"
#include "labctl/lab/zone_condition.h"
#include "labctl/lab/zone_desk.h"

namespace labctl::lab {

/// One thing that a repair did.
struct ZoneMended {
  ZoneTroubleKind kind = ZoneTroubleKind::frozen;
  LocalText what;
};

/// What becomes of a transaction that somebody else left open.
enum class OthersTransaction { leave, commit, abort };

/// What a person who looks after the lab may do with its zones, beside editing them.
class ZoneAdmin {
 public:
  /// All arguments outlive it. @param directory as ZonePortImpl's.
  ZoneAdmin(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials,
            std::unique_ptr<NameServers> servers, Clock& clock, std::stop_token stop, const std::string& directory)
      : hosts_(hosts),
        topology_(topology),
        credentials_(credentials),
        servers_(std::move(servers)),
        clock_(clock),
        stop_(std::move(stop)),
        desk_(hosts, *servers_, clock, stop_, ZoneHistory(directory)) {}

  [[nodiscard]] std::vector<ZonePlace> places() const { return zone_places(topology_); }
  Result<ZonePlace> find(const std::string& zone) const { return find_zone(topology_, zone); }
  /// Looks, and changes nothing. A name server that can't be asked is a trouble, not an error.
  Result<ZoneCondition> examine(const std::string& zone);
  /// Mends what can be mended without losing a record; a file that is changed is kept beside itself as it was. Returns
  /// what was done; examine() tells what is left.
  Result<std::vector<ZoneMended>> repair(const std::string& zone, OthersTransaction others);
  /// What the zone's file on its host has and the loaded zone hasn't.
  Result<ZoneFile> file_of(const std::string& zone);
  Result<std::vector<ZoneHistoryEntry>> history(const std::string& zone);
  /// The records that the zone had when the lab was made.
  Result<std::vector<dns::Record>> start_of(const std::string& zone);
  Result<dns::Answer> ask_authority(const std::string& zone, const std::string& name, const std::string& type);
  /// What the lab's resolver has in its cache; looking changes nothing.
  Result<dns::Answer> ask_cache(const std::string& name, const std::string& type);
  Result<void> flush_resolver(const std::string& zone);

 private:
  Result<void> examine_server(ZoneCondition& condition);
  Result<void> examine_file(ZoneCondition& condition);
  Result<void> mend(const ZoneCondition& condition, const ZoneTrouble& trouble, OthersTransaction others,
                    std::vector<ZoneMended>& done);
  Result<void> restart_knot(const ZonePlace& place, bool kill);
  Result<void> mend_empty_file(const ZoneCondition& condition, std::vector<ZoneMended>& done);
  Result<void> mend_file(const ZoneCondition& condition, std::vector<ZoneMended>& done);
  Result<void> knotc(const ZonePlace& place, const std::string& command);
  Result<const topology::HostSpec*> resolver() const;

  Hosts& hosts_;
  const topology::Topology& topology_;
  const topology::Credentials& credentials_;
  std::unique_ptr<NameServers> servers_;
  Clock& clock_;
  std::stop_token stop_;
  ZoneDesk desk_;
};

}  // namespace labctl::lab
