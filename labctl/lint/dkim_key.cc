#include "labctl/lint/dkim_key.h"

#include <cstdint>

namespace labctl::lint {
namespace {

// X.690 section 8
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kBitString = 0x03;
constexpr std::uint8_t kObjectIdentifier = 0x06;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::string_view kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

/// The content of the element of that tag at the beginning of `der`, which loses it.
std::optional<std::string_view> take(std::string_view& der, std::uint8_t tag) {
  const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(der[at]); };
  if (der.size() < 2 || octet(0) != tag) return std::nullopt;
  std::size_t length = octet(1);
  std::size_t head = 2;
  if (length >= 0x80U) {
    const std::size_t octets = length & 0x7fU;
    if (octets == 0 || octets > 3 || der.size() < head + octets) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8U | octet(head++);
  }
  if (der.size() - head < length) return std::nullopt;
  const auto content = der.substr(head, length);
  der.remove_prefix(head + length);
  return content;
}

std::optional<std::size_t> modulus_bits(std::string_view key) {
  const auto numbers = take(key, kSequence);
  if (!numbers || !key.empty()) return std::nullopt;
  auto rest = *numbers;
  auto modulus = take(rest, kInteger);
  if (!modulus || !take(rest, kInteger) || !rest.empty()) return std::nullopt;
  while (!modulus->empty() && modulus->front() == '\0') modulus->remove_prefix(1);
  if (modulus->empty()) return std::nullopt;
  std::size_t bits = (modulus->size() - 1) * 8;
  for (auto first = static_cast<std::uint8_t>(modulus->front()); first != 0; first >>= 1U) ++bits;
  return bits;
}

}  // namespace

std::optional<std::size_t> rsa_bits(std::string_view der) {
  if (const auto bits = modulus_bits(der)) return bits;
  const auto info = take(der, kSequence);
  if (!info || !der.empty()) return std::nullopt;
  auto rest = *info;
  auto algorithm = take(rest, kSequence);
  auto key = take(rest, kBitString);
  if (!algorithm || !key || key->empty() || take(*algorithm, kObjectIdentifier) != kRsaEncryption) return std::nullopt;
  return modulus_bits(key->substr(1));  // behind the count of unused bits
}

}  // namespace labctl::lint
