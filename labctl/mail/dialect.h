#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "labctl/mail/authentication_results.h"
#include "labctl/mail/message.h"

namespace labctl::mail {

/// Stage 3: what this receiver means. Keys are looked up by method and property, never by position:
/// "spf", "dkim", "dmarc", "arc" (the result) and "<method>.<ptype>.<property>" as written
/// ("spf.smtp.mailfrom", "dkim.header.d", "dmarc.header.from"), and what the dialect reads out of comments:
/// "dmarc.policy" ("none", "quarantine", "reject"). Several results of one method keep their order, one per value.
using AuthReading = std::multimap<std::string, std::string, std::less<>>;

/// How one kind of receiver writes its results. One file and one row each.
struct Dialect {
  std::string_view name;  ///< "rspamd"
  AuthReading (*read)(const AuthenticationResults& trusted);
  /// What decided the disposition, from headers alone: "dmarc", "spam", …; none when the headers don't say.
  std::optional<std::string> (*cause)(const Message& message);
};

std::span<const Dialect> dialects();
const Dialect* find_dialect(std::string_view name);

}  // namespace labctl::mail
