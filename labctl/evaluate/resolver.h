#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/dns/record.h"

namespace labctl::evaluate {

/// What DNS says about one name and type.
struct Answer {
  /// "NOERROR", "NXDOMAIN", "SERVFAIL" …; "TIMEOUT" when no answer came.
  std::string rcode = "NOERROR";
  /// Those of the type asked for, at the end of the chain of aliases.
  std::vector<dns::Record> records;

  /// Neither the records nor their absence is known.
  [[nodiscard]] bool is_trouble() const { return rcode != "NOERROR" && rcode != "NXDOMAIN"; }
  [[nodiscard]] bool is_void() const { return !is_trouble() && records.empty(); }
  [[nodiscard]] bool has_no_name() const { return rcode == "NXDOMAIN"; }
};

/// Where an evaluation gets its records from.
class Resolver {
 public:
  virtual ~Resolver() = default;
  /// @param name as normal_name() makes it; its octets may be any. Follows aliases.
  virtual Answer query(std::string_view name, std::string_view type) = 0;
};

/// The texts of an answer's TXT records, each with its strings joined.
std::vector<std::string> texts_of(const Answer& answer);

}  // namespace labctl::evaluate
