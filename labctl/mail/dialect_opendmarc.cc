#include "labctl/mail/dialect_opendmarc.h"

namespace labctl::mail {

AuthReading read_opendmarc(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  read_policy(trusted, {{"p", "dmarc.policy"}, {"dis", "dmarc.disposition"}}, reading);
  return reading;
}

}  // namespace labctl::mail
