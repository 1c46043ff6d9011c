#pragma once

#include <string>
#include <string_view>

namespace labctl::mail {

/// A Received field (RFC 5321 section 4.4), as far as it tells who gave the message to whom. What is missing is empty.
struct Received {
  std::string helo;            ///< behind "from": what the client says of itself
  std::string client_name;     ///< by the address's PTR record; "unknown" where there is none
  std::string client_address;  ///< without brackets and "IPv6:"
  std::string by;
  std::string with;  ///< "ESMTPS", "LMTP" …

  [[nodiscard]] bool is_smtp() const;
};

/// Never fails. The client's name and address are read where Postfix writes them, in the comment behind its HELO name:
/// "(unknown [198.18.0.251])".
Received parse_received(std::string_view field_body);

}  // namespace labctl::mail
