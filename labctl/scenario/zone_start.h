#pragma once

#include <string>
#include <vector>

#include "labctl/dns/zone_edit.h"
#include "labctl/topology/topology.h"

namespace labctl::scenario {

/// What `zone` has in a new lab. A participant's zone: its name server, MX and hosts, from the lab table, and the
/// receiver's ARC key as it is; a zone above: what it has now without TXT. Types that the server itself makes (SOA,
/// DNSSEC) are none of it.
std::vector<dns::Record> starting_records(const topology::Topology& lab, const std::string& zone,
                                          const std::vector<dns::Record>& current);

/// The edit after which a zone that holds `current` holds `wanted`; what the server itself makes stays.
dns::ZoneEdit edit_to_become(const std::string& zone, const std::vector<dns::Record>& current,
                             const std::vector<dns::Record>& wanted);

}  // namespace labctl::scenario
