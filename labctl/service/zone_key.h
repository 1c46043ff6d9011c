#pragma once

#include <string>
#include <string_view>

#include "labctl/base/error.h"
#include "labctl/topology/credentials.h"

namespace labctl::service {

/// A new key for a signed zone: ECDSA P-256 with SHA-256 (RFC 6605), which signs the zone's keys and its records.
/// @param zone "." for the root, else without trailing dot
Result<topology::ZoneKey> make_zone_key(std::string_view zone);

/// What the zone above says of a zone's key, as rdata (RFC 4034 section 5, RFC 4509).
/// @param dnskey rdata (RFC 4034 section 2): "257 3 13 GojI…"
Result<std::string> ds_of(std::string_view zone, std::string_view dnskey);

}  // namespace labctl::service
