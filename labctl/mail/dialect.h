#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "labctl/mail/auth_reading.h"
#include "labctl/mail/message.h"

namespace labctl::mail {

/// Stage 3 (parse, trust, dialect): how one kind of receiver writes its results. One file and one row each.
struct Dialect {
  std::string_view name;  ///< "rspamd"
  AuthReading (*read)(const AuthenticationResults& trusted);
  /// What decided the disposition, from headers alone: "dmarc", "spam", …; none when the headers don't say.
  std::optional<std::string> (*cause)(const Message& message);
};

/// The cause of a dialect whose headers never say.
std::optional<std::string> no_cause(const Message& message);

std::span<const Dialect> dialects();
const Dialect* find_dialect(std::string_view name);

}  // namespace labctl::mail
