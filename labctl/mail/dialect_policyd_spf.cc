#include "labctl/mail/dialect_policyd_spf.h"

#include <fmt/format.h>

namespace labctl::mail {

AuthReading read_policyd_spf(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  for (const auto& result : trusted.results) {
    if (result.method != "spf") continue;
    const auto pairs = comment_pairs(result);
    for (const char* key : {"client-ip", "helo", "envelope-from"})
      if (const auto found = pairs.find(key); found != pairs.end())
        reading.emplace(fmt::format("spf.{}", key), found->second);
  }
  return reading;
}

}  // namespace labctl::mail
