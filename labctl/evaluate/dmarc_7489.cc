#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/evaluate/dmarc_discovery.h"
#include "labctl/evaluate/public_suffix.h"

namespace labctl::evaluate {

Found<std::string> Discovery7489::organizational_domain(const std::string& domain) {
  return {.value = listed_organizational_domain(domain), .trouble = {}, .reason = {}};
}

Found<PolicyFound> Discovery7489::policy(const std::string& author_domain) {
  constexpr const char* kSource = "RFC 7489 section 6.6.3";
  const auto organizational = listed_organizational_domain(author_domain);
  steps_.push_back({0,
                    fmt::format("the public suffix list makes {} the organizational domain of {}",
                                printable(organizational), printable(author_domain)),
                    "RFC 7489 section 3.2"});
  for (const auto* domain : {&author_domain, &organizational}) {
    if (domain == &organizational && organizational == author_domain) break;
    const auto answer = resolver_.query("_dmarc." + *domain, "TXT");
    if (answer.is_trouble())
      return {.value = {}, .trouble = fmt::format("TXT _dmarc.{}: {}", *domain, answer.rcode), .reason = {}};
    auto texts = texts_of(answer);
    std::erase_if(texts, [](const std::string& text) { return !is_dmarc_record(text); });
    if (texts.empty()) {
      steps_.push_back({0, fmt::format("_dmarc.{}: no DMARC record", printable(*domain)), kSource});
      continue;
    }
    for (const auto& text : texts)
      steps_.push_back({0, fmt::format("_dmarc.{}: {}", printable(*domain), printable(text)), kSource});
    if (texts.size() > 1)
      return {.value = {},
              .trouble = {},
              .reason = fmt::format("_dmarc.{} has {} DMARC records: the search ends here", *domain, texts.size())};
    return {.value = PolicyFound{parse_dmarc_record(texts.front(), DmarcRfc::rfc7489), *domain},
            .trouble = {},
            .reason = {}};
  }
  return {.value = {}, .trouble = {}, .reason = fmt::format("no DMARC record for {}", author_domain)};
}

}  // namespace labctl::evaluate
