#pragma once

#include <string>
#include <vector>

#include "labctl/scenario/scenario.h"
#include "labctl/topology/topology.h"

namespace labctl::scenario {

/// The records that the scenario's steps are about, for one participant: "_dmarc.m001.mail.nic.example. TXT" …, in
/// their zone only.
std::vector<std::string> watched_by(const Scenario& scenario, const topology::Topology& topology,
                                    const topology::Participant& participant);

}  // namespace labctl::scenario
