#include "labctl/evaluate/prediction.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/mail/address.h"

namespace labctl::evaluate {
Prediction predict(Resolver& resolver, const Message& message, bool with_7489, bool with_9989) {
  Prediction prediction{.helo = check_helo(resolver, message.client), .spf = check_mail_from(resolver, message.client)};
  const DmarcInput input{.from_domain = domain_of_address(message.from),
                         .spf = prediction.spf.result,
                         .spf_domain = prediction.spf.domain,
                         .dkim = message.dkim};
  if (with_7489) prediction.by_7489 = evaluate_dmarc(resolver, input, DmarcRfc::rfc7489);
  if (with_9989) prediction.by_9989 = evaluate_dmarc(resolver, input, DmarcRfc::rfc9989);
  if (with_7489 && with_9989) prediction.differences = differences(*prediction.by_7489, *prediction.by_9989);
  return prediction;
}

Result<DkimSignature> parse_signature(std::string_view text) {
  constexpr const char* kHint = "write it so: --dkim d=example.com,result=pass";
  // RFC 8601 section 2.7.1
  static const std::vector<std::string> results{"none", "pass", "fail", "policy", "neutral", "temperror", "permerror"};
  DkimSignature signature{.domain = {}, .result = "pass"};
  for (const auto& part : split(text, ',')) {
    const auto equals = part.find('=');
    const auto name = trim(std::string_view(part).substr(0, equals));
    const auto value = equals == std::string::npos ? "" : to_lower(trim(std::string_view(part).substr(equals + 1)));
    if (name == "d") {
      signature.domain = normal_name(value);
    } else if (name == "result") {
      signature.result = value;
    } else {
      return usage_error(fmt::format("'{}' says nothing about a DKIM signature", printable(part)), {}, kHint);
    }
  }
  if (!is_mail_domain(signature.domain))
    return usage_error(fmt::format("'{}' names no domain of a DKIM signature", printable(text)), {}, kHint);
  if (std::ranges::find(results, signature.result) == results.end()) {
    const auto meant = nearest(signature.result, results);
    return usage_error(fmt::format("'{}' is no result of DKIM", printable(signature.result)), {},
                       meant ? fmt::format("did you mean {}?", *meant) : "one of " + join(results, ", "));
  }
  return signature;
}

Result<void> check_address(std::string_view address, std::string_view what) {
  if (!mail::is_addr_spec(address) || !is_mail_domain(domain_of_address(address)))
    return usage_error(fmt::format("{} '{}' is no mail address", what, printable(address)), {},
                       "write it so: user@example.com");
  return {};
}

}  // namespace labctl::evaluate
