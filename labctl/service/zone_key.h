#pragma once

#include <string_view>

#include "labctl/base/error.h"
#include "labctl/topology/credentials.h"

namespace labctl::service {

/// A new key for a signed zone: ECDSA P-256 with SHA-256 (RFC 6605), which signs the zone's keys and its records.
/// @param zone "." for the root, else without trailing dot
Result<topology::ZoneKey> make_zone_key(std::string_view zone);

}  // namespace labctl::service
