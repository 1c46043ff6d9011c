#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"
#include "labctl/dns/record.h"

namespace labctl::dns {

/// One DNS answer, with what judging it needs.
struct Answer {
  std::string name;  ///< asked for, absolute
  std::string type;
  std::string rcode;  ///< "NOERROR", "NXDOMAIN", "SERVFAIL" …
  bool authoritative = false;
  std::vector<Record> records;     ///< the answer section, remaining TTL
  std::uint32_t negative_ttl = 0;  ///< of the SOA in the authority section, when there is one
  bool has_soa = false;            ///< there is one: it says that there are no records (RFC 2308 section 2)
};

/// Whether a resolver may ask others for the answer, or says only what it has; `unchecked`: whether that is authentic
/// or not (RFC 4035 section 3.2.2).
enum class Recursion { wanted, none, unchecked };

/// Asks one name server. An rcode is an answer, not an error. Errors: `timeout` when no answer comes.
class Resolver {
 public:
  explicit Resolver(Endpoint server, Milliseconds timeout = Milliseconds{2000});
  [[nodiscard]] Result<Answer> query(std::string_view name, std::string_view type,
                                     Recursion recursion = Recursion::wanted) const;
  [[nodiscard]] Result<std::uint32_t> serial(std::string_view zone) const;

 private:
  Endpoint server_;
  Milliseconds timeout_;
};

}  // namespace labctl::dns
