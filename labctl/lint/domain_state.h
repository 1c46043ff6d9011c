#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labctl/evaluate/resolver.h"
#include "labctl/lint/lint.h"

namespace labctl::lint {

/// How far a domain has come on the sender's way: what it publishes, and what it asks receivers for.
enum class DmarcLevel {
  nothing,  ///< no DMARC record that can be read
  publish,  ///< p=none: receivers look, and do nothing
  label,    ///< p=quarantine: they put what fails aside
  enforce,  ///< p=reject: they refuse it
  report,   ///< p=reject, and reports come to an address: what is refused is seen
};
std::string_view name_of(DmarcLevel level);

/// One DKIM key of the domain.
struct KeyState {
  std::string selector;
  std::string type;  ///< "rsa", "ed25519"
  bool revoked = false;
};

/// The one-page state of a domain's sender authentication.
struct DomainState {
  std::string domain;  ///< normal form
  std::vector<std::string> mx;
  std::vector<std::string> spf;  ///< more than one is a permerror
  std::string spf_end;           ///< what SPF says of everybody else: "fail", "softfail", "neutral"; empty: no record
  int spf_lookups = 0;
  std::vector<KeyState> keys;
  std::vector<std::string> dmarc;
  std::string policy;  ///< "none", "quarantine", "reject"; empty: no record
  std::vector<std::string> aggregate_reports;
  std::vector<std::string> failure_reports;
  DmarcLevel level = DmarcLevel::nothing;
  Findings findings;  ///< about the zone
};

/// @param zone the zone that the domain lies in: keys are found by looking at all of it
DomainState domain_state(const std::string& domain, evaluate::Resolver& resolver, const WrittenZone& zone);

}  // namespace labctl::lint
