#pragma once

#include <map>
#include <string>
#include <string_view>

#include "labctl/mail/authentication_results.h"

namespace labctl::mail {

/// What a receiver means by its field. Keys are looked up by method and property, never by position:
/// "spf", "dkim", "dmarc", "arc" (the result), "<method>.<ptype>.<property>" as written, in lower case
/// ("spf.smtp.mailfrom", "dkim.header.d", "dmarc.header.from"), and, where the receiver tells it in its own way:
/// - "dmarc.policy": the policy that the domain asks for ("none", "quarantine", "reject");
/// - "dmarc.subdomain-policy": that for subdomains;
/// - "dmarc.disposition": what the receiver did about it (same words);
/// - "dmarc.alignment.spf", "dmarc.alignment.dkim": "fail" where it says so.
/// Several results of one method keep their order, one per value.
using AuthReading = std::multimap<std::string, std::string, std::less<>>;

/// Results and properties as they stand; what every dialect begins with.
AuthReading plain_reading(const AuthenticationResults& field);

/// "key=value" pairs of all comments of one result, both in lower case: "(p=REJECT sp=REJECT dis=NONE)",
/// "(p=none,d=none)", "(policy=none)". The first of each key.
std::map<std::string, std::string, std::less<>> comment_pairs(const AuthResult& result);

/// What `words` of the comments of dmarc's results say goes to the key beside them: {{"p", "dmarc.policy"}}. A value
/// that is no policy ("NULL") is left out.
void read_policy(const AuthenticationResults& field,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> words, AuthReading& reading);

/// Only the values of `key` change, to what `meaning` makes of them.
template <class Meaning>
void translate(AuthReading& reading, std::string_view key, Meaning meaning) {
  const auto [begin, end] = reading.equal_range(key);
  for (auto at = begin; at != end; ++at) at->second = meaning(at->second);
}

}  // namespace labctl::mail
