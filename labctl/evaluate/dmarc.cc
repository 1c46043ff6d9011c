#include "labctl/evaluate/dmarc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/evaluate/dmarc_discovery.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

/// One evaluation by one of the RFCs.
class DmarcRun {
 public:
  DmarcRun(Resolver& resolver, const DmarcInput& input, DmarcRfc rfc) : resolver_(resolver), input_(input), rfc_(rfc) {
    input_.from_domain = normal_name(input.from_domain);
    input_.spf_domain = normal_name(input.spf_domain);
    for (auto& signature : input_.dkim) signature.domain = normal_name(signature.domain);
    outcome_.dkim_aligned.resize(input_.dkim.size());
    if (rfc == DmarcRfc::rfc7489)
      discovery_ = std::make_unique<Discovery7489>(resolver, outcome_.steps);
    else
      discovery_ = std::make_unique<Discovery9989>(resolver, outcome_.steps);
  }

  DmarcOutcome run() {
    judge();
    tell(fmt::format("DMARC result by RFC {}: {}{}{}, disposition {}", name_of(rfc_), name_of(outcome_.result),
                     outcome_.reason.empty() ? "" : ", ", outcome_.reason, name_of(outcome_.disposition)),
         section("6.6.2", "5.3.5"));
    return std::move(outcome_);
  }

 private:
  std::string section(std::string_view in_7489, std::string_view in_9989) const {
    return fmt::format("RFC {} section {}", name_of(rfc_), rfc_ == DmarcRfc::rfc7489 ? in_7489 : in_9989);
  }

  void tell(const std::string& text, std::string source) {
    outcome_.steps.push_back({0, printable(text), std::move(source)});
  }

  void end(DmarcResult result, const std::string& reason) {
    outcome_.result = result;
    outcome_.reason = printable(reason);
  }

  void judge() {
    if (!is_queryable(input_.from_domain) || input_.from_domain.starts_with('['))
      return end(DmarcResult::permerror, "the header From has no domain");
    auto found = discovery_->policy(input_.from_domain);
    if (!found.trouble.empty()) return end(DmarcResult::temperror, found.trouble);
    if (!found.value) return end(DmarcResult::none, found.reason);
    auto& record = found.value->record;
    outcome_.domain = found.value->domain;
    for (const auto& problem : record.problems)
      tell(fmt::format("column {}: {}{}{}", problem.column, problem.part, problem.part.empty() ? "" : ": ",
                       problem.message),
           problem.source);
    if (record.bad_policy) {
      if (record.rua.empty()) {
        outcome_.domain.clear();
        return end(DmarcResult::none, "the record has no valid policy, nor an address for reports: it is not applied");
      }
      tell("the record has no valid policy, but an address for reports: it is taken as p=none",
           section("6.6.3", "4.10.1"));
      record.p = Policy::none;
      record.sp.reset();
      record.np.reset();
    }
    if (!choose_policy(record)) return;
    if (align(record)) return end(DmarcResult::pass, "");
    if (!trouble_.empty()) return end(DmarcResult::temperror, trouble_);
    end(DmarcResult::fail, "");
    dispose(record);
  }

  /// Which of p, sp and np applies.
  bool choose_policy(const DmarcRecord& record) {
    outcome_.policy = record.p;
    if (outcome_.domain == input_.from_domain) {
      tell(fmt::format("the record is the author domain's own: p={}", name_of(*record.p)), section("6.3", "4.10.1"));
      return true;
    }
    if (record.sp) outcome_.policy = record.sp;
    std::string_view tag = record.sp ? "sp" : "p";
    if (rfc_ == DmarcRfc::rfc9989 && record.np) {
      // Only NXDOMAIN says that nothing is there (RFC 8020).
      const auto answer = resolver_.query(input_.from_domain, "A");
      if (answer.is_trouble()) {
        end(DmarcResult::temperror, fmt::format("A {}: {}", input_.from_domain, answer.rcode));
        return false;
      }
      tell(fmt::format("{} {}", input_.from_domain, answer.has_no_name() ? "does not exist" : "exists"),
           section("", "4.10.1"));
      if (answer.has_no_name()) {
        outcome_.policy = record.np;
        tag = "np";
      }
    }
    tell(fmt::format("the record is that of {}: for a domain below it {}={} applies", outcome_.domain, tag,
                     name_of(*outcome_.policy)),
         section("6.3", "4.10.1"));
    return true;
  }

  bool align(const DmarcRecord& record) {
    const bool spf = input_.spf == SpfResult::pass;
    outcome_.spf_aligned = spf && is_aligned("SPF", input_.spf_domain, record.strict_spf);
    if (!spf) tell(fmt::format("SPF is {}: nothing to align", name_of(input_.spf)), section("3.1.2", "4.4.2"));
    bool aligned = outcome_.spf_aligned;
    for (std::size_t i = 0; i < input_.dkim.size(); ++i) {
      const auto& signature = input_.dkim[i];
      const bool pass = equal_ignoring_case(signature.result, "pass");
      if (!pass)
        tell(fmt::format("DKIM d={} is {}: nothing to align", signature.domain, signature.result),
             section("3.1.1", "4.4.1"));
      outcome_.dkim_aligned[i] = pass && is_aligned("DKIM d=", signature.domain, record.strict_dkim);
      aligned = aligned || outcome_.dkim_aligned[i];
    }
    return aligned;
  }

  bool is_aligned(std::string_view what, const std::string& domain, bool strict) {
    const auto where = what == "SPF" ? section("3.1.2", "4.4.2") : section("3.1.1", "4.4.1");
    const auto told = fmt::format("{}{}{}", what, what == "SPF" ? " " : "", domain);
    if (strict || domain == input_.from_domain) {
      const bool same = domain == input_.from_domain;
      tell(fmt::format("{} passed: {} {} ({}): {}", told, same ? "it is" : "it is not", input_.from_domain,
                       strict ? "strict" : "relaxed", same ? "aligned" : "not aligned"),
           where);
      return same;
    }
    const auto theirs = discovery_->organizational_domain(domain);
    const auto ours = discovery_->organizational_domain(input_.from_domain);
    if (!theirs.value || !ours.value) {
      trouble_ = theirs.value ? ours.trouble : theirs.trouble;
      return false;
    }
    outcome_.organizational_domain = *ours.value;
    const bool same = *theirs.value == *ours.value;
    tell(fmt::format("{} passed: its organizational domain is {}, that of {} is {} (relaxed): {}", told, *theirs.value,
                     input_.from_domain, *ours.value, same ? "aligned" : "not aligned"),
         where);
    return same;
  }

  /// What becomes of a message that fails.
  void dispose(const DmarcRecord& record) {
    outcome_.disposition = *outcome_.policy;
    if (outcome_.disposition == Policy::none) return;
    if (record.is_test) {
      outcome_.disposition = lowered(outcome_.disposition);
      tell(fmt::format("t=y: one level lower, {}", name_of(outcome_.disposition)), section("", "4.7"));
    }
    if (record.percent == 0) {
      outcome_.disposition = lowered(outcome_.disposition);
      tell(fmt::format("pct=0: always one level lower, {}", name_of(outcome_.disposition)), section("6.6.4", ""));
    } else if (record.percent < 100) {
      tell(fmt::format("pct={}: for that share of messages; the others are treated one level lower, {}", record.percent,
                       name_of(lowered(outcome_.disposition))),
           section("6.6.4", ""));
    }
  }

  Resolver& resolver_;
  DmarcInput input_;
  DmarcRfc rfc_;
  DmarcOutcome outcome_;
  std::unique_ptr<Discovery> discovery_;
  std::string trouble_;
};

std::string_view or_none(const std::optional<Policy>& policy) { return policy ? name_of(*policy) : "no policy"; }

}  // namespace

std::string_view name_of(DmarcResult result) {
  constexpr std::array kNames{"none", "pass", "fail", "temperror", "permerror"};
  return kNames[static_cast<std::size_t>(result)];
}

DmarcOutcome evaluate_dmarc(Resolver& resolver, const DmarcInput& input, DmarcRfc rfc) {
  return DmarcRun(resolver, input, rfc).run();
}

std::vector<std::string> differences(const DmarcOutcome& by_7489, const DmarcOutcome& by_9989) {
  std::vector<std::string> sentences;
  const auto where = [](const DmarcOutcome& outcome) {
    return outcome.domain.empty() ? std::string("nowhere") : "at " + outcome.domain;
  };
  if (by_7489.domain != by_9989.domain)
    sentences.push_back(
        fmt::format("the record: {} by RFC 7489 (author domain, then the public suffix list's organizational domain), "
                    "{} by RFC 9989 (tree walk)",
                    where(by_7489), where(by_9989)));
  if (by_7489.policy != by_9989.policy)
    sentences.push_back(
        fmt::format("the policy: {} by RFC 7489, {} by RFC 9989", or_none(by_7489.policy), or_none(by_9989.policy)));
  if (!by_7489.organizational_domain.empty() && !by_9989.organizational_domain.empty() &&
      by_7489.organizational_domain != by_9989.organizational_domain)
    sentences.push_back(fmt::format("the organizational domain: {} by RFC 7489, {} by RFC 9989",
                                    by_7489.organizational_domain, by_9989.organizational_domain));
  if (by_7489.result != by_9989.result)
    sentences.push_back(
        fmt::format("the result: {} by RFC 7489, {} by RFC 9989", name_of(by_7489.result), name_of(by_9989.result)));
  if (by_7489.disposition != by_9989.disposition)
    sentences.push_back(fmt::format("the disposition: {} by RFC 7489, {} by RFC 9989", name_of(by_7489.disposition),
                                    name_of(by_9989.disposition)));
  return sentences;
}

}  // namespace labctl::evaluate
