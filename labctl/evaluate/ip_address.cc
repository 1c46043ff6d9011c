#include "labctl/evaluate/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::evaluate {

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress address;
  const std::string whole(text);
  if (whole.size() != text.size() || whole.find('\0') != std::string::npos) return std::nullopt;
  if (::inet_pton(AF_INET, whole.c_str(), address.octets.data()) == 1) return address;
  address.is_v6 = true;
  if (::inet_pton(AF_INET6, whole.c_str(), address.octets.data()) == 1) return address;
  return std::nullopt;
}

IpAddress unmapped(const IpAddress& address) {
  const auto& octets = address.octets;
  const bool mapped = address.is_v6 && octets[10] == 0xff && octets[11] == 0xff &&
                      std::all_of(octets.begin(), octets.begin() + 10, [](auto octet) { return octet == 0; });
  if (!mapped) return address;
  IpAddress v4;
  std::copy(octets.begin() + 12, octets.end(), v4.octets.begin());
  return v4;
}

std::string to_text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.octets.data(), text, sizeof text);
  return text;
}

bool in_network(const IpAddress& address, const IpAddress& network, int prefix) {
  if (address.is_v6 != network.is_v6) return false;
  for (std::size_t i = 0; prefix > 0; ++i, prefix -= 8) {
    const int bits = std::min(prefix, 8);
    const auto mask = static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(bits));
    if ((address.octets[i] & mask) != (network.octets[i] & mask)) return false;
  }
  return true;
}

std::string dotted(const IpAddress& address) {
  std::string text;
  for (std::size_t i = 0; i < (address.is_v6 ? 16U : 4U); ++i) {
    const unsigned octet = address.octets[i];
    text += address.is_v6 ? fmt::format("{:x}.{:x}.", octet >> 4U, octet & 15U) : fmt::format("{}.", octet);
  }
  text.pop_back();
  return text;
}

std::string reverse_name(const IpAddress& address) {
  auto parts = split(dotted(address), '.');
  std::ranges::reverse(parts);
  return join(parts, ".") + (address.is_v6 ? ".ip6.arpa" : ".in-addr.arpa");
}

}  // namespace labctl::evaluate
