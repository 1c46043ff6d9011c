#include "labctl/mail/dialect_yenma.h"

#include "labctl/base/text.h"
#include "labctl/mail/address.h"

namespace labctl::mail {

AuthReading read_yenma(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  translate(reading, "dmarc.header.from", [](const std::string& address) { return to_lower(domain_of(address)); });
  // RFC 6577 section 2
  translate(reading, "spf", [](const std::string& result) { return result == "hardfail" ? "fail" : result; });
  return reading;
}

}  // namespace labctl::mail
