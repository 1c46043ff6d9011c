#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "labctl/dns/record.h"

/// A TXT record that holds any octets, as a name server gives it (RFC 1035 sections 3.3 and 5.1).
inline labctl::dns::Record txt_record(std::string owner, std::string_view octets) {
  std::string rdata = "\"";
  std::size_t in_string = 0;
  for (const char c : octets) {
    if (in_string++ == 255) {
      rdata += "\" \"";
      in_string = 1;
    }
    const auto octet = static_cast<unsigned char>(c);
    rdata += octet < 0x20 || octet > 0x7e || c == '"' || c == '\\' ? fmt::format("\\{:03}", octet) : std::string(1, c);
  }
  return {.owner = std::move(owner), .ttl = 20, .type = "TXT", .rdata = rdata + "\""};
}
