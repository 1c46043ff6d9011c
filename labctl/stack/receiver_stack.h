#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "labctl/topology/topology.h"

namespace labctl::stack {

/// Where the daemons that judge a message are, and so where they write down what they decided.
enum class Filter {
  shared,   ///< Rspamd on the lab's filter host
  own,      ///< Rspamd on the receiver itself
  milters,  ///< one milter a method on the receiver, each with lines of its own in the journal
};

/// What a kind of receiver is made of: one row each.
struct ReceiverStack {
  std::string_view stack;
  std::string_view profile;
  std::string_view dialect;  ///< how it writes Authentication-Results (labctl/mail/dialect.cc)
  Filter filter;
  std::span<const std::string_view> services;  ///< of roles mx and mailbox, in the order in which they are deployed
};

std::span<const ReceiverStack> receiver_stacks();
/// Of a participant's receiver; null for a host that is none.
const ReceiverStack* stack_of(const topology::HostSpec& host);

/// A milter of Filter::milters.
struct Milter {
  std::string_view daemon;  ///< its unit and its name in the journal
  std::uint16_t port;       ///< on 127.0.0.1
};
std::span<const Milter> milters();

}  // namespace labctl::stack
