#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/evaluate/dmarc_discovery.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

constexpr std::size_t kManyLabels = 8;  // RFC 9989 section 4.10
constexpr std::size_t kShortened = 7;
constexpr const char* kWalk = "RFC 9989 section 4.10";

/// Step 4 of the walk, and step 7.
std::string next_name(const std::string& name) {
  return labels_of(name).size() >= kManyLabels ? last_labels(name, kShortened) : parent_of(name);
}

}  // namespace

const Discovery9989::At& Discovery9989::at(const std::string& domain) {
  if (const auto known = asked_.find(domain); known != asked_.end()) return known->second;
  At found{.domain = domain, .record = {}, .trouble = {}};
  const auto answer = resolver_.query("_dmarc." + domain, "TXT");
  if (answer.is_trouble()) {
    found.trouble = fmt::format("TXT _dmarc.{}: {}", domain, answer.rcode);
    steps_.push_back({0, printable(found.trouble), kWalk});
  } else {
    auto texts = texts_of(answer);
    std::erase_if(texts, [](const std::string& text) { return !is_dmarc_record(text); });
    if (texts.empty()) steps_.push_back({0, fmt::format("_dmarc.{}: no DMARC record", printable(domain)), kWalk});
    for (const auto& text : texts)
      steps_.push_back({0, fmt::format("_dmarc.{}: {}", printable(domain), printable(text)), kWalk});
    if (texts.size() == 1) found.record = parse_dmarc_record(texts.front(), DmarcRfc::rfc9989);
    if (texts.size() > 1)
      steps_.push_back(
          {0, fmt::format("_dmarc.{} has {} DMARC records: all are discarded", printable(domain), texts.size()),
           kWalk});
  }
  return asked_.emplace(domain, std::move(found)).first->second;
}

std::vector<const Discovery9989::At*> Discovery9989::walk(const std::string& domain) {
  std::vector<const At*> names;
  for (std::string name = domain; !name.empty(); name = next_name(name)) {
    names.push_back(&at(name));
    const auto& last = *names.back();
    if (!last.trouble.empty() || (last.record && last.record->psd != 'u')) break;
  }
  return names;
}

Found<std::string> Discovery9989::organizational_domain(const std::string& domain) {
  const auto names = walk(domain);
  const auto found = [&](std::string name, std::string_view why) -> Found<std::string> {
    steps_.push_back({0,
                      fmt::format("the organizational domain of {} is {}: {}", printable(domain), printable(name), why),
                      "RFC 9989 section 4.10.2"});
    return {.value = std::move(name), .trouble = {}, .reason = {}};
  };
  const At* shortest = nullptr;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& here = *names[i];
    if (!here.trouble.empty()) return {.value = {}, .trouble = here.trouble, .reason = {}};
    if (!here.record) continue;
    if (here.record->psd == 'n') return found(here.domain, "its record says psd=n");
    if (here.record->psd == 'y' && i > 0)
      return found(last_labels(domain, labels_of(here.domain).size() + 1),
                   fmt::format("it is one label below {}, whose record says psd=y", printable(here.domain)));
    shortest = &here;
  }
  return shortest != nullptr ? found(shortest->domain, "of the records on the way up its name has the fewest labels")
                             : found(domain, "there is no record on the way up");
}

Found<PolicyFound> Discovery9989::policy(const std::string& author_domain) {
  const auto trouble = [](std::string what) {
    return Found<PolicyFound>{.value = {}, .trouble = std::move(what), .reason = {}};
  };
  const auto applies = [](const At& here) {
    return Found<PolicyFound>{.value = PolicyFound{*here.record, here.domain}, .trouble = {}, .reason = {}};
  };
  // RFC 9989 section 4.10.1: the author domain, then its organizational domain, then its public suffix domain.
  const auto& own = at(author_domain);
  if (!own.trouble.empty()) return trouble(own.trouble);
  if (own.record) return applies(own);
  const auto organizational = organizational_domain(author_domain);
  if (!organizational.value) return trouble(organizational.trouble);
  if (const auto& here = at(*organizational.value); here.record) return applies(here);
  for (const auto* here : walk(author_domain))
    if (here->record && here->record->psd == 'y') return applies(*here);
  return {.value = {}, .trouble = {}, .reason = fmt::format("no DMARC record for {} or above it", author_domain)};
}

}  // namespace labctl::evaluate
