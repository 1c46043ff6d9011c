#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/evaluate/ip_address.h"

namespace labctl::evaluate {

/// A place in a record at which its grammar is broken.
struct Problem {
  std::size_t column = 0;  ///< from 1, in the record's text
  std::string part;        ///< the words that are wrong
  std::string message;
  std::string source;  ///< "RFC 7208 section 7.1"

  bool operator==(const Problem&) const = default;
};

/// Part of a macro string: text as it stands, or a letter with its transformers (RFC 7208 section 7.1).
struct MacroPiece {
  std::string literal;
  char letter = 0;       ///< lower case; 0 for a literal
  bool escape = false;   ///< upper case: URL-escaped
  std::size_t keep = 0;  ///< so many of the right-hand parts; 0: all
  bool reverse = false;
  std::string delimiters;  ///< empty: "."

  bool operator==(const MacroPiece&) const = default;
};

using MacroString = std::vector<MacroPiece>;

/// Where a macro string stands decides what it may hold (RFC 7208 section 7.1).
enum class MacroPlace {
  domain,    ///< a domain-spec: ends in a top label or a macro
  modifier,  ///< the value of a modifier that is not known
  text,      ///< an explanation: blanks, and the letters c, r and t too
};

/// Reads `text`; `column` is where it begins in its record.
std::expected<MacroString, Problem> parse_macro_string(std::string_view text, MacroPlace place, std::size_t column);

/// What the letters stand for (RFC 7208 section 7.2).
struct MacroValues {
  std::string sender;                                                                   ///< s; with its local part
  std::string domain;                                                                   ///< d
  IpAddress client;                                                                     ///< i, v, c
  std::string helo;                                                                     ///< h
  std::string receiver = "unknown";                                                     ///< r
  std::int64_t now = 0;                                                                 ///< t; seconds since 1970
  std::function<std::string()> validated_name = [] { return std::string("unknown"); };  ///< p; asked when needed
};

std::string expand(const MacroString& macro, const MacroValues& values);

/// The domain that a domain-spec stands for. Over 253 characters, labels are taken away from the left
/// (RFC 7208 section 7.3).
std::string expand_domain(const MacroString& macro, const MacroValues& values);

}  // namespace labctl::evaluate
