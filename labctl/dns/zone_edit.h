#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/dns/record.h"

namespace labctl::dns {

/// What becomes of what the resolver has cached of a zone that is changed.
enum class CachedRecords {
  flushed,  ///< forgotten: the change is seen at once
  left,     ///< stays until its TTL ends: nobody waits for it
  awaited,  ///< stays, and its end is waited for
};

/// A change of one zone as a value.
struct ZoneEdit {
  std::string zone;  ///< without trailing dot
  std::vector<Record> remove;
  std::vector<Record> add;
  std::string why = {};  ///< what asked for it, for the history: "zone set", "step 4-1"
  int undoes = 0;        ///< number of the entry of the history that it takes back; 0: none
  CachedRecords cached = CachedRecords::flushed;

  [[nodiscard]] bool empty() const { return remove.empty() && add.empty(); }
};

/// The edit after which `record` is the only one of its owner and type in a zone that now holds `current`; except for
/// TXT at one owner, where only the record of the same kind (v=spf1, v=DMARC1, v=DKIM1 …) is replaced. Empty when it
/// is so already.
ZoneEdit edit_to_set(std::string_view zone, const std::vector<Record>& current, const Record& record);

/// The edit that removes every record of `owner` and `type` (all types when `type` is empty). Empty when there is none.
ZoneEdit edit_to_unset(std::string_view zone, const std::vector<Record>& current, std::string_view owner,
                       std::string_view type);

/// "- old line" and "+ new line" for a person.
std::string to_diff(const ZoneEdit& edit);

}  // namespace labctl::dns
