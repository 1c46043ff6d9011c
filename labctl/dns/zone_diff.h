#pragma once

#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::dns {

/// The smallest edit after which a zone that holds `current` holds `wanted`. The serial is no difference: it is the
/// name server's (RFC 1982).
ZoneEdit edit_to_equal(std::string_view zone, const std::vector<Record>& current, const std::vector<Record>& wanted);

/// The same edit with all that it does to `current` written out: a set has one TTL (RFC 2181 section 5.2), so a record
/// that comes with another one changes its neighbours. Only such an edit can be taken back.
ZoneEdit written_out(ZoneEdit edit, const std::vector<Record>& current);

/// What takes the edit back.
ZoneEdit inverse(const ZoneEdit& edit);

/// The records after the edit. Errors: `usage`, naming the record, when one to be removed is not there or one to be
/// added is: the zone is not the one that the edit was made for.
Result<std::vector<Record>> applied(std::vector<Record> records, const ZoneEdit& edit);

/// True when the records are as after the edit, as far as it says.
bool took_effect(const ZoneEdit& edit, const std::vector<Record>& records);

}  // namespace labctl::dns
