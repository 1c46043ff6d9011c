#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/evaluate/ip_address.h"
#include "labctl/evaluate/macro.h"

namespace labctl::evaluate {

/// Results of check_host() (RFC 7208 section 2.6).
enum class SpfResult { none, neutral, pass, fail, softfail, temperror, permerror };
std::string_view name_of(SpfResult result);

/// RFC 7208 section 5.
enum class SpfMechanism { all, include, a, mx, ptr, ip4, ip6, exists };

/// A mechanism with its qualifier.
struct SpfDirective {
  SpfResult result = SpfResult::pass;  ///< when it matches
  SpfMechanism mechanism = SpfMechanism::all;
  MacroString domain;  ///< empty: the current domain
  int prefix4 = 32;
  int prefix6 = 128;
  IpAddress network;  ///< of ip4 and ip6
  std::string text;   ///< as it stands in the record
  std::size_t column = 0;
};

/// RFC 7208 section 6.
struct SpfModifier {
  std::string name;  ///< lower case
  MacroString value;
  std::string text;
  std::size_t column = 0;
};

/// An SPF record, read to its end whatever is wrong with it.
struct SpfRecord {
  std::vector<SpfDirective> directives;
  std::optional<SpfModifier> redirect;
  std::optional<SpfModifier> exp;
  std::vector<SpfModifier> unknown;  ///< modifiers that are ignored
  std::vector<Problem> problems;     ///< any makes the record a permerror (RFC 7208 section 4.6)
};

/// The text begins with the version section (RFC 7208 section 4.5).
bool is_spf_record(std::string_view text);
SpfRecord parse_spf_record(std::string_view text);

/// A term that makes a DNS query of those that are limited to ten (RFC 7208 section 4.6.4).
bool counts_as_lookup(SpfMechanism mechanism);

}  // namespace labctl::evaluate
