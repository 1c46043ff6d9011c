#pragma once

#include <string_view>
#include <vector>

#include "labctl/dns/record.h"

namespace labctl::dns {

/// Takes out what a name server that signs `zone` by itself makes of its other records: signatures, the chain of
/// names, the zone's own keys and what tells of them (RFC 4034; RFC 5155; RFC 7344). Nobody edits those.
void drop_signing_records(std::vector<Record>& records, std::string_view zone);

}  // namespace labctl::dns
