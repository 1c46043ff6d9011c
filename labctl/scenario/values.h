#pragma once

#include "labctl/base/error.h"
#include "labctl/base/placeholders.h"
#include "labctl/config/document.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::scenario {

/// The participant whose zone a lesson may use beside its own: the next one, the first one behind the last; null in a
/// lab of one.
const topology::Participant* neighbour_of(const topology::Topology& lab, const topology::Participant& participant);

/// What `{name}` stands for in a scenario's steps and expectations, for one participant. No secret is among them: they
/// are kept in the run directory.
Placeholders values_of(const topology::Topology& lab, const topology::Participant& participant);

/// The same and the passwords, for the handout of that participant.
Placeholders handout_values(const topology::Topology& lab, const topology::Participant& participant,
                            const topology::Credentials& credentials);

/// A lab that isn't there, to check a scenario without one.
const topology::Topology& specimen_lab();
const topology::Credentials& specimen_credentials();

/// `value` with every string filled; %{i} is a macro of SPF and stays. Errors: `usage` for an unknown placeholder,
/// placed at the string.
Result<config::Value> filled(const config::Value& value, const Placeholders& values);

}  // namespace labctl::scenario
