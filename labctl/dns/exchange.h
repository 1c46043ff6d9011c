#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "labctl/base/deadline.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"

namespace labctl::dns {

/// A DNS message as it is on the wire.
using Wire = std::vector<std::uint8_t>;

/// Sends `query` as a datagram and returns the first one that `is_answer` takes; all others are dropped. Sent again
/// at each `again`, since a datagram may be lost. Errors: `lab` when nothing listens there, `timeout`.
Result<Wire> ask_over_udp(const Endpoint& server, const Wire& query,
                          const std::function<bool(std::span<const std::uint8_t>)>& is_answer, Milliseconds again,
                          const Deadline& deadline);

/// Sends `query` over a TCP connection of its own and returns the first message (RFC 1035 section 4.2.2). Errors: `lab`
/// when the connection is refused or breaks, `timeout`.
Result<Wire> ask_over_tcp(const Endpoint& server, const Wire& query, const Deadline& deadline);

}  // namespace labctl::dns
