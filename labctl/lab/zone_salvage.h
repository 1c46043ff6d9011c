#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"

namespace labctl::lab {

/// A zone file of which every line can be read.
struct SalvagedZone {
  std::string text;
  std::vector<std::string> commented_out;  ///< "7: www 20 A 300.1.1.1"
  bool soa_put_back = false;
};

/// Makes a comment of each line that keeps the file from being read, so that no other record is lost by it. A file
/// without SOA gets `last_soa`, the line that the zone had (may be empty). Errors: `usage` when the file has
/// more than a few such lines, or nothing of a zone is left.
Result<SalvagedZone> salvage_zone(const std::string& text, const std::string& zone, const std::string& file,
                                  const std::string& last_soa);

}  // namespace labctl::lab
