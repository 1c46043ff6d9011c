#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace labctl::mail {

/// ptype "." property "=" pvalue (RFC 8601 section 2.2).
struct AuthProperty {
  std::string ptype;                  ///< "smtp", "header", "body", "policy"
  std::string property;               ///< "mailfrom", "d", "from" …
  std::string value;                  ///< quoted-string already unquoted
  std::vector<std::string> comments;  ///< that stand behind it
};

/// One method's result. RFC 8601 section 2.2 (resinfo).
struct AuthResult {
  std::string method;   ///< "spf", lower case
  std::string version;  ///< of the method; mostly empty
  std::string result;   ///< "pass", lower case
  std::string reason;
  std::vector<AuthProperty> properties;
  std::vector<std::string> comments;  ///< outer parentheses removed, in order
};

/// What could not be read; nothing is silently lost.
struct AuthDefect {
  std::size_t position = 0;  ///< octet offset in the field body
  std::string what;
  std::string text;  ///< the octets that were passed over
};

/// One Authentication-Results field, parsed without trust or meaning (stage 1 of three: parse, trust, dialect).
struct AuthenticationResults {
  std::string authserv_id;
  std::string version;  ///< mostly empty
  bool none = false;    ///< the "none" form: no method was run
  std::vector<AuthResult> results;
  std::vector<std::string> comments;  ///< before the first result
  std::vector<AuthDefect> defects;
};

/// Parses a field body by RFC 8601 section 2.2. Never fails: what can't be read is a defect. Of a hostile field (over
/// 256 KiB, 200 results or 100 properties of one result) the rest is a defect.
AuthenticationResults parse_authentication_results(std::string_view field_body);

}  // namespace labctl::mail
