#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/mail/message.h"

namespace labctl::dkim {

/// RFC 6376 section 3.4.
enum class Canonicalization { simple, relaxed };

/// One signature to make (RFC 6376 section 3.5). Nothing is checked that a lesson may want to get wrong.
struct SignatureOrder {
  std::string domain;    ///< d=
  std::string selector;  ///< s=
  std::string identity;  ///< i=; empty: no tag
  Canonicalization header = Canonicalization::relaxed;
  Canonicalization body = Canonicalization::relaxed;
  std::vector<std::string> headers;  ///< h=, a name once for each instance, one more to sign its absence
  bool length = false;               ///< l= the length of the canonical body
  std::optional<std::int64_t> made;  ///< t=, seconds since 1970
  std::optional<std::int64_t> ends;  ///< x=, the same
};

/// The value of a DKIM-Signature field for `message`, one line. The algorithm follows from the key: rsa-sha256, or
/// ed25519-sha256 (RFC 8463). Errors: `usage` for a key that can't be read.
/// @param key_pem private key
Result<std::string> sign(const mail::Message& message, const SignatureOrder& order, std::string_view key_pem);

/// p= of the key's record: base64 of the public half (RFC 6376 section 3.6.1, RFC 8463 section 4).
Result<std::string> public_half(std::string_view key_pem);

/// RFC 6376 section 3.4.3 and 3.4.4.
std::string canonical_body(std::string_view body, Canonicalization how);

/// RFC 6376 section 3.4.1 and 3.4.2, without the line end.
std::string canonical_field(const mail::HeaderField& field, Canonicalization how);

}  // namespace labctl::dkim
