#include "labctl/mail/dialect_rspamd.h"

#include "labctl/mail/rspamd_pre_result.h"
#include "labctl/mail/spamd_result.h"

namespace labctl::mail {

AuthReading read_rspamd(const AuthenticationResults& trusted) {
  AuthReading reading = plain_reading(trusted);
  for (const auto& result : trusted.results) {
    if (result.method != "dmarc") continue;
    const auto pairs = comment_pairs(result);
    if (const auto policy = pairs.find("policy"); policy != pairs.end())
      reading.emplace("dmarc.policy", policy->second);
    if (result.reason.find("SPF not aligned") != std::string::npos) reading.emplace("dmarc.alignment.spf", "fail");
    if (result.reason.find("DKIM not aligned") != std::string::npos) reading.emplace("dmarc.alignment.dkim", "fail");
  }
  return reading;
}

std::optional<std::string> cause_rspamd(const Message& message) {
  if (const auto* field = message.first("X-Rspamd-Pre-Result"))
    if (auto decided = parse_rspamd_pre_result(field->raw); !decided.module.empty()) return std::move(decided.module);
  const auto* action = message.first("X-Rspamd-Action");
  if (action != nullptr && action->value() != "no action") return "spam";
  if (const auto* field = message.first("X-Spamd-Result"))
    if (const auto result = parse_spamd_result(field->raw); result && result->spam) return "spam";
  return std::nullopt;
}

}  // namespace labctl::mail
