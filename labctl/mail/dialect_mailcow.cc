#include "labctl/mail/dialect_mailcow.h"

#include "labctl/base/text.h"
#include "labctl/mail/dialect_rspamd.h"

namespace labctl::mail {

AuthReading read_mailcow(const AuthenticationResults& trusted) { return read_rspamd(trusted); }

std::optional<std::string> cause_mailcow(const Message& message) {
  if (auto cause = cause_rspamd(message)) return cause;
  const auto* flag = message.first("X-Spam-Flag");
  return flag != nullptr && equal_ignoring_case(flag->value(), "YES") ? std::optional<std::string>("spam")
                                                                      : std::nullopt;
}

}  // namespace labctl::mail
