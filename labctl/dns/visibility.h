#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/dns/resolver.h"

namespace labctl::dns {

/// How a change stands between the authority and those who ask the resolver.
enum class VisibilityState {
  visible,      ///< the resolver says what the authority says
  not_cached,   ///< the resolver knows nothing of the name: the next question brings the authority's answer
  old_records,  ///< the resolver has records that the authority has no longer, until their TTL ends
  old_absence,  ///< the resolver remembers that there was nothing (RFC 2308), until the negative TTL ends
  unknown,      ///< one of them could not answer
};
std::string_view name_of(VisibilityState state);

/// What authority and resolver say of one name and type, and what that means.
struct Visibility {
  VisibilityState state = VisibilityState::unknown;
  std::optional<std::uint32_t> seconds;  ///< until the authority's answer is seen; 0: now
  LocalText why;
};

/// @param cached the resolver's answer to a question without recursion, which brings nothing into its cache
Visibility visibility_of(const Answer& authority, const Answer& cached);

/// Whether the answer to a question without recursion came from the cache: it has records, or says that there are none.
bool is_from_cache(const Answer& cached);

}  // namespace labctl::dns
