#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// A zone of the lab: its name (lower case, no trailing dot; "." for the root), the host that serves it, its file
/// there.
struct ZonePlace {
  std::string zone;
  std::string host;
  std::string file;
  bool is_signed = false;  ///< knotd signs it: its file holds the signatures too

  [[nodiscard]] std::string knot() const { return host + ": knot"; }
  [[nodiscard]] std::string apex() const { return zone == "." ? "." : zone + "."; }
  /// A second name of the file, so that what is written into it isn't lost when Knot puts another in its place.
  [[nodiscard]] std::string kept_file() const;
  /// The command that a person types for it: "labctl exec HOST -- knotc COMMAND ZONE".
  [[nodiscard]] std::string on_host(std::string_view knotc_command) const;
};

/// Errors: `usage` for a zone that the lab hasn't, with the nearest name.
Result<ZonePlace> find_zone(const topology::Topology& topology, const std::string& zone);
/// Every zone of the lab: from the root down, then the participants'.
std::vector<ZonePlace> zone_places(const topology::Topology& topology);

}  // namespace labctl::lab
