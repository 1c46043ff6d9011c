#include "labctl/mail/dialect_yahoo.h"

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

std::string meaning_of(const std::string& result) {
  if (result == "success" || result == "dkim_pass") return "pass";
  return result == "unknown" ? "none" : result;
}

}  // namespace

AuthReading read_yahoo(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  read_policy(trusted, {{"p", "dmarc.policy"}, {"sp", "dmarc.subdomain-policy"}, {"dis", "dmarc.disposition"}},
              reading);
  for (const auto& result : trusted.results)
    if (result.method == "spfdomain")
      for (const auto& property : result.properties)
        if (to_lower(property.property) == "spfresult") {
          reading.emplace("spf", to_lower(property.value));
          reading.emplace("spf.smtp.mailfrom", result.result);
        }
  for (const char* method : {"spf", "dkim", "dmarc"}) translate(reading, method, meaning_of);
  return reading;
}

}  // namespace labctl::mail
