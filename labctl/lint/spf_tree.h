#pragma once

#include <set>
#include <string>

#include "labctl/evaluate/macro.h"
#include "labctl/lint/zone_view.h"

namespace labctl::lint {

/// What evaluating a domain's SPF record to its end would cost (RFC 7208 section 4.6.4).
struct SpfCost {
  int lookups = 0;
  bool is_whole = true;  ///< false when a record lies outside of the zones that are looked at
  std::string tree;      ///< the terms that ask DNS, one a line, indented
  std::string circle;    ///< a domain that comes to itself again; empty when there is none
};

/// The domain of a term of `current`'s record when no macro stands in it; empty else.
std::string plain_domain(const evaluate::MacroString& macro, const std::string& current);

SpfCost spf_cost(ZoneView& view, const std::string& domain);

}  // namespace labctl::lint
