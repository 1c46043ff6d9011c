#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/evaluate/dmarc_record.h"
#include "labctl/evaluate/resolver.h"
#include "labctl/evaluate/spf_record.h"
#include "labctl/evaluate/trace.h"

namespace labctl::evaluate {

/// One DKIM signature, as its verifier judged it.
struct DkimSignature {
  std::string domain;  ///< d=
  std::string result;  ///< "pass", or another of RFC 8601 section 2.7.1
};

/// What DMARC is judged by.
struct DmarcInput {
  std::string from_domain;  ///< of the header From
  SpfResult spf = SpfResult::none;
  std::string spf_domain;
  std::vector<DkimSignature> dkim;
};

/// Results of DMARC (RFC 8601 section 2.7.6 and RFC 7489 section 11.2).
enum class DmarcResult { none, pass, fail, temperror, permerror };
std::string_view name_of(DmarcResult result);

/// What DMARC gives, and how it came to it.
struct DmarcOutcome {
  DmarcResult result = DmarcResult::none;
  std::optional<Policy> policy;       ///< the one that applies to this author domain; none without a record
  std::string domain;                 ///< whose record it is; empty without one
  std::string organizational_domain;  ///< of the author
  bool spf_aligned = false;
  std::vector<bool> dkim_aligned;     ///< one a signature
  Policy disposition = Policy::none;  ///< what becomes of the message
  std::string reason;                 ///< of a none or temperror
  Trace steps;
};

DmarcOutcome evaluate_dmarc(Resolver& resolver, const DmarcInput& input, DmarcRfc rfc);

/// Sentences that say where the two RFCs come to something else, and why; empty when they agree.
std::vector<std::string> differences(const DmarcOutcome& by_7489, const DmarcOutcome& by_9989);

}  // namespace labctl::evaluate
