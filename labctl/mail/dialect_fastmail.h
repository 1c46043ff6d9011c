#pragma once

#include <optional>
#include <string>

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// Fastmail's authentication_milter: properties of dmarc, "policy.published-domain-policy",
/// "policy.published-subdomain-policy", "policy.policy-from" (which of the two) and "policy.applied-disposition";
/// before 2022 a comment only, "(p=none,d=none)". Fastmail spreads its results over several fields.
AuthReading read_fastmail(const AuthenticationResults& trusted);
/// "X-Disposition-Quarantine: Quarantined due to DMARC policy".
std::optional<std::string> cause_fastmail(const Message& message);

}  // namespace labctl::mail
