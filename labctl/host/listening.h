#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace labctl::host {

/// True when `table`, the text of a host's /proc/1/net/tcp (proc(5)), has a socket that listens on the IPv4 address (or
/// on all) and the port. A connection would tell no more, for the kernel completes it before the daemon takes it, but
/// costs the daemon a process or two.
bool listens_in(std::string_view table, const std::string& address, std::uint16_t port);

}  // namespace labctl::host
