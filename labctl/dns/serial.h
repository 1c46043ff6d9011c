#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "labctl/dns/record.h"

namespace labctl::dns {

/// The serial after `current`: that of the day (2026112900) when it is newer by RFC 1982, else one more.
std::uint32_t next_serial(std::uint32_t current, std::chrono::sys_days today);

/// The SOA record with another serial.
Record soa_with_serial(Record soa, std::uint32_t serial);

/// The serial in a zone file's text, as it is written there; none when no SOA can be found.
std::optional<std::uint32_t> serial_in(std::string_view text);

/// The zone file's text with another serial in its SOA, and nothing else changed; none when no SOA can be found.
std::optional<std::string> with_serial(std::string_view text, std::uint32_t serial);

}  // namespace labctl::dns
