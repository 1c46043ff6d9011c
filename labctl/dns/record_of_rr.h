#pragma once

#include "labctl/dns/ldns_handle.h"
#include "labctl/dns/record.h"

namespace labctl::dns {

/// A record in the form that labctl compares: absolute lower-case owner, rdata as ldns prints it.
Record record_of(const ldns_rr* rr);

/// False for rdata that ends too early, which ldns takes for a record with fewer fields than its type has.
bool is_whole(const ldns_rr* rr);

}  // namespace labctl::dns
