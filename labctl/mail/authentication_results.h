#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/field_cursor.h"

namespace labctl::mail {

/// ptype "." property "=" pvalue (RFC 8601 section 2.2).
struct AuthProperty {
  std::string ptype;                  ///< "smtp", "header", "body", "policy", lower case; empty: a defect tells of it
  std::string property;               ///< "mailfrom", "d", "from" …
  std::string value;                  ///< a quoted-string unquoted; an address as written
  std::vector<std::string> comments;  ///< that stand behind it
  bool operator==(const AuthProperty&) const = default;
};

/// One method's result. RFC 8601 section 2.2 (resinfo).
struct AuthResult {
  std::string method;   ///< "spf", lower case
  std::string version;  ///< of the method; mostly empty
  std::string result;   ///< "pass", lower case
  std::string reason;
  std::vector<AuthProperty> properties;
  std::vector<std::string> comments;  ///< outer parentheses removed, in order
  bool operator==(const AuthResult&) const = default;
};

/// One Authentication-Results field, parsed without trust or meaning (stage 1 of three: parse, trust, dialect).
struct AuthenticationResults {
  std::string authserv_id;
  std::string version;  ///< mostly empty
  int instance = 0;     ///< "i=" of ARC-Authentication-Results; 0 in Authentication-Results
  bool none = false;    ///< the "none" form: no method was run
  std::vector<AuthResult> results;
  std::vector<std::string> comments;  ///< before the first result
  std::vector<FieldDefect> defects;
  bool operator==(const AuthenticationResults&) const = default;
};

/// Parses a field body by RFC 8601 section 2.2. Never fails: what can't be read is a defect, and what is good behind it
/// is read. Of a hostile field (over 256 KiB, 200 results or 100 properties of one result) the rest is a defect.
/// Wider than the grammar, since receivers are: '_' in keywords, any octets but white space, ';', '(' and '"' in values
/// that aren't quoted, a reason behind properties, a semicolon at the end.
AuthenticationResults parse_authentication_results(std::string_view field_body);

/// The same behind "i=N;" (RFC 8617 section 4.1.1).
AuthenticationResults parse_arc_authentication_results(std::string_view field_body);

}  // namespace labctl::mail
