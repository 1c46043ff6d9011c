#pragma once

#include <array>
#include <string>
#include <string_view>

#include "labctl/base/error.h"

namespace labctl::topology {

/// How a receiver checks mail: by which daemons, and how it weighs what they find. In settings an empty name stands for
/// what is usual.
struct ReceiverKind {
  std::string stack;    ///< "rspamd", "opendmarc"
  std::string profile;  ///< "policy", "mailcow"

  bool operator==(const ReceiverKind&) const = default;
};

/// The kinds that there are, each stack's usual profile first; labctl/stack says what they are made of.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kReceiverKinds{{
    {"rspamd", "policy"},
    {"rspamd", "mailcow"},
    {"opendmarc", "policy"},
}};

/// What `wanted` leaves out is `usual`'s; a profile that only another stack has gives way to the stack's own. Errors:
/// `usage` for a name that is none, with the nearest.
Result<ReceiverKind> receiver_kind(const ReceiverKind& wanted, const ReceiverKind& usual = {"rspamd", "policy"});

}  // namespace labctl::topology
