#include "labctl/mail/dialect_outlook.h"

#include "labctl/base/text.h"

namespace labctl::mail {

AuthReading read_outlook(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  // ARC-Authentication-Results has the policy: "(p=none sp=quarantine pct=100)".
  read_policy(trusted, {{"p", "dmarc.policy"}, {"sp", "dmarc.subdomain-policy"}}, reading);
  for (const auto& result : trusted.results) {
    if (result.method == "compauth" && !result.reason.empty()) reading.emplace("compauth.reason", result.reason);
    for (const auto& property : result.properties) {
      if (result.method != "dmarc" || !property.ptype.empty() || to_lower(property.property) != "action") continue;
      const auto action = to_lower(property.value);
      const bool overridden = action == "oreject" || action == "o.reject";
      if (overridden && !reading.contains("dmarc.policy")) reading.emplace("dmarc.policy", "reject");
      if (overridden)
        reading.emplace("dmarc.disposition", "quarantine");
      else if (action == "none" || action.starts_with("pct."))
        reading.emplace("dmarc.disposition", "none");
      else if (action == "quarantine" || action == "reject")
        reading.emplace("dmarc.disposition", action);
    }
  }
  return reading;
}

}  // namespace labctl::mail
