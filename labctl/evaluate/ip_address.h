#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace labctl::evaluate {

/// An IPv4 or IPv6 address.
struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> octets{};  ///< the first 4 of IPv4

  bool operator==(const IpAddress&) const = default;
};

/// A literal as inet_pton takes it; one mapped from IPv4 stays IPv6.
std::optional<IpAddress> parse_ip(std::string_view text);
/// ::ffff:192.0.2.1 becomes 192.0.2.1.
IpAddress unmapped(const IpAddress& address);
std::string to_text(const IpAddress& address);
/// Both of one family and the first `prefix` bits alike.
bool in_network(const IpAddress& address, const IpAddress& network, int prefix);
/// "192.0.2.1", or 32 hexadecimal digits with dots between (RFC 7208 section 7.3, macro "i").
std::string dotted(const IpAddress& address);
/// 1.2.0.192.in-addr.arpa
std::string reverse_name(const IpAddress& address);

}  // namespace labctl::evaluate
