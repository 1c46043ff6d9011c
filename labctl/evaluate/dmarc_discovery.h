#pragma once

#include <map>
#include <optional>
#include <string>

#include "labctl/evaluate/dmarc_record.h"
#include "labctl/evaluate/resolver.h"
#include "labctl/evaluate/trace.h"

namespace labctl::evaluate {

/// The record that applies to an author domain.
struct PolicyFound {
  DmarcRecord record;
  std::string domain;  ///< where it stands
};

/// What a look for a record, or for an organizational domain, came to: trouble is a question that DNS did not answer.
template <class T>
struct Found {
  std::optional<T> value;
  std::string trouble;  ///< empty when there was none
  std::string reason;   ///< why there is no value
};

/// How one of the RFCs finds policies and organizational domains.
class Discovery {
 public:
  virtual ~Discovery() = default;
  virtual Found<PolicyFound> policy(const std::string& author_domain) = 0;
  virtual Found<std::string> organizational_domain(const std::string& domain) = 0;
};

/// The author domain's record, else its organizational domain's by the public suffix list (RFC 7489 section 6.6.3).
class Discovery7489 final : public Discovery {
 public:
  Discovery7489(Resolver& resolver, Trace& steps) : resolver_(resolver), steps_(steps) {}
  Found<PolicyFound> policy(const std::string& author_domain) override;
  Found<std::string> organizational_domain(const std::string& domain) override;

 private:
  Resolver& resolver_;
  Trace& steps_;
};

/// The tree walk (RFC 9989 section 4.10).
class Discovery9989 final : public Discovery {
 public:
  Discovery9989(Resolver& resolver, Trace& steps) : resolver_(resolver), steps_(steps) {}
  Found<PolicyFound> policy(const std::string& author_domain) override;
  Found<std::string> organizational_domain(const std::string& domain) override;

 private:
  struct At {
    std::string domain;
    std::optional<DmarcRecord> record;
    std::string trouble;
  };
  const At& at(const std::string& domain);
  /// The names that are asked, until psd=y or psd=n, from `domain` on.
  std::vector<const At*> walk(const std::string& domain);

  Resolver& resolver_;
  Trace& steps_;
  std::map<std::string, At> asked_;
};

}  // namespace labctl::evaluate
