#pragma once

#include <optional>
#include <string>

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// mailcow is Rspamd 3 behind Postfix, and writes what that writes.
AuthReading read_mailcow(const AuthenticationResults& trusted);
/// As Rspamd; its sieve files by "X-Spam-Flag: YES".
std::optional<std::string> cause_mailcow(const Message& message);

}  // namespace labctl::mail
