#include "labctl/evaluate/live_resolver.h"

#include <algorithm>

#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {

Answer LiveResolver::query(std::string_view name, std::string_view type) {
  const auto answer = server_.query(zone_name(name), type);
  if (!answer) {
    // A name that can't be written as a question is one that no server has.
    if (answer.error().kind == ErrorKind::usage) return {.rcode = "NXDOMAIN", .records = {}};
    if (!failure_) failure_ = answer.error();
    return {.rcode = "TIMEOUT", .records = {}};
  }
  Answer result{.rcode = answer->rcode, .records = answer->records};
  std::erase_if(result.records, [&](const dns::Record& record) { return record.type != type; });
  return result;
}

}  // namespace labctl::evaluate
