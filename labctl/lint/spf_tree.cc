#include "labctl/lint/spf_tree.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/evaluate/spf_record.h"

namespace labctl::lint {
namespace {

constexpr int kDeepest = 12;       // more than ten lookups can lead to
constexpr int kMostLookups = 200;  // enough to show that it is far too much

/// Walks through one record and those that it includes.
class CostWalk {
 public:
  CostWalk(ZoneView& view, SpfCost& cost) : view_(view), cost_(cost) {}

  void walk(const std::string& domain, int depth) {
    if (above_.contains(domain)) {
      cost_.circle = domain;
      return;
    }
    if (!view_.is_known(domain)) {
      cost_.is_whole = false;
      return;
    }
    if (depth > kDeepest || cost_.lookups > kMostLookups) return;
    const auto answer = view_.resolver().query(domain, "TXT");
    std::string text;
    for (auto& candidate : evaluate::texts_of(answer))
      if (evaluate::is_spf_record(candidate)) text = std::move(candidate);
    if (text.empty()) return;
    above_.insert(domain);
    const auto record = evaluate::parse_spf_record(text);
    bool has_all = false;
    for (const auto& directive : record.directives) {
      has_all = has_all || directive.mechanism == evaluate::SpfMechanism::all;
      if (has_all) break;
      if (!evaluate::counts_as_lookup(directive.mechanism)) continue;
      count(directive.text, depth);
      if (directive.mechanism == evaluate::SpfMechanism::include) below(directive.domain, domain, depth);
    }
    if (!has_all && record.redirect) {
      count(record.redirect->text, depth);
      below(record.redirect->value, domain, depth);
    }
    above_.erase(domain);
  }

 private:
  void count(const std::string& term, int depth) {
    ++cost_.lookups;
    if (cost_.lookups <= kMostLookups) cost_.tree += fmt::format("\n{:>3} {:{}}{}", cost_.lookups, "", depth * 2, term);
  }

  void below(const evaluate::MacroString& macro, const std::string& domain, int depth) {
    const auto target = plain_domain(macro, domain);
    if (target.empty())
      cost_.is_whole = false;
    else
      walk(target, depth + 1);
  }

  ZoneView& view_;
  SpfCost& cost_;
  std::set<std::string> above_;
};

}  // namespace

std::string plain_domain(const evaluate::MacroString& macro, const std::string& current) {
  if (macro.empty()) return current;
  if (macro.size() != 1 || macro.front().letter != 0) return {};
  return evaluate::expand_domain(macro, {.sender = {}, .domain = {}, .client = {}, .helo = {}});
}

SpfCost spf_cost(ZoneView& view, const std::string& domain) {
  SpfCost cost;
  CostWalk(view, cost).walk(domain, 0);
  return cost;
}

}  // namespace labctl::lint
