#include "labctl/mail/dialect_fastmail.h"

#include "labctl/base/text.h"

namespace labctl::mail {

AuthReading read_fastmail(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  const auto told = [&](std::string_view property) {
    const auto found = reading.find("dmarc.policy." + std::string(property));
    return found == reading.end() ? std::string() : to_lower(found->second);
  };
  const auto domain = told("published-domain-policy");
  if (domain.empty()) {
    read_policy(trusted, {{"p", "dmarc.policy"}, {"sp", "dmarc.subdomain-policy"}, {"d", "dmarc.disposition"}},
                reading);
    return reading;
  }
  const auto subdomain = told("published-subdomain-policy");
  const auto applied = told("applied-disposition");
  reading.emplace("dmarc.policy", told("policy-from") == "sp" && !subdomain.empty() ? subdomain : domain);
  if (!subdomain.empty()) reading.emplace("dmarc.subdomain-policy", subdomain);
  if (!applied.empty()) reading.emplace("dmarc.disposition", applied);
  return reading;
}

std::optional<std::string> cause_fastmail(const Message& message) {
  const auto* field = message.first("X-Disposition-Quarantine");
  if (field == nullptr) return std::nullopt;
  return field->value().find("DMARC") != std::string::npos ? "dmarc" : "spam";
}

}  // namespace labctl::mail
