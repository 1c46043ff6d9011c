#pragma once

#include <optional>
#include <string_view>

namespace labctl::lint {

/// Bits of the modulus of an RSA public key in DER: a SubjectPublicKeyInfo, or an RSAPublicKey alone
/// (RFC 6376 section 3.6.1). None for what is no such key.
std::optional<std::size_t> rsa_bits(std::string_view der);

}  // namespace labctl::lint
