#include "labctl/mail/dialect_rspamd.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/mail/rspamd_pre_result.h"
#include "labctl/mail/spamd_result.h"

namespace labctl::mail {

AuthReading read_rspamd(const AuthenticationResults& trusted) {
  AuthReading reading;
  for (const auto& result : trusted.results) {
    reading.emplace(result.method, result.result);
    const auto look_into = [&](const std::vector<std::string>& comments) {
      constexpr std::string_view kPolicy = "policy=";
      for (const auto& comment : comments)
        if (const auto text = to_lower(trim(comment)); result.method == "dmarc" && text.starts_with(kPolicy))
          reading.emplace("dmarc.policy", text.substr(kPolicy.size()));
    };
    look_into(result.comments);
    for (const auto& property : result.properties) {
      reading.emplace(fmt::format("{}.{}.{}", result.method, property.ptype, property.property), property.value);
      look_into(property.comments);
    }
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
