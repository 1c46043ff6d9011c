#include "labctl/mail/dialect_gmail.h"

namespace labctl::mail {

AuthReading read_gmail(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  read_policy(trusted, {{"p", "dmarc.policy"}, {"sp", "dmarc.subdomain-policy"}, {"dis", "dmarc.disposition"}},
              reading);
  while (auto old = reading.extract("spf.smtp.mail")) {
    old.key() = "spf.smtp.mailfrom";
    reading.insert(std::move(old));
  }
  return reading;
}

}  // namespace labctl::mail
