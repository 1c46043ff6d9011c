#include "labctl/evaluate/spf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

// RFC 7208 section 4.6.4
constexpr int kMostLookups = 10;
constexpr int kMostVoidLookups = 2;
constexpr std::size_t kMostNames = 10;  // of MX and of PTR

std::string section(std::string_view number) { return fmt::format("{} section {}", "RFC 7208", number); }

/// One run of check_host(), with all the records that it comes to.
class SpfRun {
 public:
  SpfRun(Resolver& resolver, const SpfQuery& query) : resolver_(resolver), query_(query) {
    query_.client = unmapped(query.client);
    query_.domain = normal_name(query.domain);
    // RFC 7208 section 4.3: a sender without a local part is postmaster.
    const auto at = query_.sender.rfind('@');
    if (at == std::string::npos)
      query_.sender = "postmaster@" + query_.sender;
    else if (at == 0)
      query_.sender = "postmaster" + query_.sender;
  }

  SpfOutcome run() {
    outcome_.domain = query_.domain;
    outcome_.result = evaluate(query_.domain, 0, true);
    tell(0,
         fmt::format("SPF result: {}{}{}", name_of(outcome_.result), outcome_.reason.empty() ? "" : ", ",
                     outcome_.reason),
         section("2.6"));
    return std::move(outcome_);
  }

 private:
  enum class Match { no, yes, temperror, permerror };

  void tell(int depth, const std::string& text, std::string source) {
    outcome_.steps.push_back({depth, printable(text), std::move(source)});
  }

  SpfResult end(SpfResult result, int depth, std::string reason, std::string source) {
    tell(depth, fmt::format("{}: {}", name_of(result), reason), std::move(source));
    outcome_.reason = printable(reason);
    return result;
  }

  Match wrong(Match match, std::string reason, std::string_view where) {
    pending_reason_ = std::move(reason);
    pending_source_ = section(where);
    return match;
  }

  Answer ask(const std::string& name, std::string_view type) {
    auto answer = resolver_.query(name, type);
    if (answer.is_void()) ++outcome_.void_lookups;
    return answer;
  }

  MacroValues values(const std::string& domain) {
    MacroValues values{.sender = query_.sender,
                       .domain = domain,
                       .client = query_.client,
                       .helo = query_.helo,
                       .receiver = query_.receiver,
                       .now = query_.now};
    values.validated_name = [this, domain] { return validated_name(domain); };
    return values;
  }

  /// RFC 7208 sections 4.3 to 4.7.
  SpfResult evaluate(const std::string& domain, int depth, bool outermost) {
    outcome_.reason.clear();
    const auto none = [&](std::string reason, std::string_view where) {
      return end(SpfResult::none, depth, std::move(reason), section(where));
    };
    if (!is_queryable(domain) || domain.find('.') == std::string::npos)
      return none(fmt::format("'{}' is no domain name of several labels", domain), "4.3");
    const auto answer = resolver_.query(domain, "TXT");
    if (answer.is_trouble())
      return end(SpfResult::temperror, depth, fmt::format("TXT {}: {}", domain, answer.rcode), section("4.4"));
    if (answer.has_no_name()) return none(fmt::format("{} does not exist", domain), "4.3");
    auto texts = texts_of(answer);
    std::erase_if(texts, [](const std::string& text) { return !is_spf_record(text); });
    if (texts.empty()) return none(fmt::format("{} has no SPF record", domain), "4.5");
    for (const auto& text : texts) tell(depth, fmt::format("{}: {}", domain, text), section("4.5"));
    if (texts.size() > 1)
      return end(SpfResult::permerror, depth, fmt::format("{} has {} SPF records", domain, texts.size()),
                 section("4.5"));
    const auto record = parse_spf_record(texts.front());
    if (!record.problems.empty()) {
      const auto& problem = record.problems.front();
      return end(SpfResult::permerror, depth,
                 fmt::format("{}, column {}: '{}': {}", domain, problem.column, problem.part, problem.message),
                 problem.source);
    }
    return judge(record, domain, depth, outermost);
  }

  SpfResult judge(const SpfRecord& record, const std::string& domain, int depth, bool outermost) {
    for (const auto& directive : record.directives) {
      auto match = Match::permerror;
      if (counts_as_lookup(directive.mechanism) && ++outcome_.lookups > kMostLookups)
        wrong(match, fmt::format("'{}' is the term number {} that asks DNS", directive.text, outcome_.lookups),
              "4.6.4");
      else
        match = try_directive(directive, domain, depth);
      if (outcome_.void_lookups > kMostVoidLookups)
        match = wrong(Match::permerror,
                      fmt::format("{} questions were answered with nothing: 2 are allowed", outcome_.void_lookups),
                      "4.6.4");
      if (match == Match::temperror || match == Match::permerror)
        return end(match == Match::temperror ? SpfResult::temperror : SpfResult::permerror, depth, pending_reason_,
                   pending_source_);
      if (match == Match::no) continue;
      tell(depth, fmt::format("'{}' matches: {}", directive.text, name_of(directive.result)), section("4.6.2"));
      outcome_.mechanism = directive.text;
      outcome_.reason.clear();
      if (directive.result == SpfResult::fail && outermost && record.exp) explain(*record.exp, domain);
      return directive.result;
    }
    if (!record.redirect) {
      outcome_.mechanism.clear();
      tell(depth, "no term matches, and there is no redirect: neutral", section("4.7"));
      return SpfResult::neutral;
    }
    return redirect(*record.redirect, domain, depth, outermost);
  }

  /// RFC 7208 section 6.1.
  SpfResult redirect(const SpfModifier& modifier, const std::string& domain, int depth, bool outermost) {
    if (++outcome_.lookups > kMostLookups)
      return end(SpfResult::permerror, depth,
                 fmt::format("'{}' is the term number {} that asks DNS", modifier.text, outcome_.lookups),
                 section("4.6.4"));
    const auto target = expand_domain(modifier.value, values(domain));
    tell(depth, fmt::format("no term matches: '{}' goes on at {}", modifier.text, target), section("6.1"));
    const auto result = evaluate(target, depth + 1, outermost);
    if (result == SpfResult::none)
      return end(SpfResult::permerror, depth, fmt::format("'{}' leads to no SPF record", modifier.text),
                 section("6.1"));
    return result;
  }

  Match try_directive(const SpfDirective& directive, const std::string& domain, int depth) {
    const auto target = directive.domain.empty() ? domain : expand_domain(directive.domain, values(domain));
    const bool asks = counts_as_lookup(directive.mechanism);
    // RFC 7208 section 4.8: what can't be asked for matches nothing.
    if (asks && directive.mechanism != SpfMechanism::include && !is_queryable(target)) {
      tell(depth, fmt::format("'{}': '{}' is no domain name: no match", directive.text, target), section("4.8"));
      return Match::no;
    }
    switch (directive.mechanism) {
      case SpfMechanism::all:
        return Match::yes;
      case SpfMechanism::ip4:
      case SpfMechanism::ip6: {
        const bool v6 = directive.mechanism == SpfMechanism::ip6;
        return outcome_of(in_network(query_.client, directive.network, v6 ? directive.prefix6 : directive.prefix4),
                          directive, depth, "the client is not in it", "5.6");
      }
      case SpfMechanism::include:
        return include(directive, target, depth);
      case SpfMechanism::a:
        return has_client(directive, target, depth, "5.3");
      case SpfMechanism::mx:
        return mx(directive, target, depth);
      case SpfMechanism::ptr:
        return ptr(directive, target, depth);
      case SpfMechanism::exists:
        return exists(directive, target, depth);
    }
    return Match::no;
  }

  Match outcome_of(bool matches, const SpfDirective& directive, int depth, std::string_view otherwise,
                   std::string_view where) {
    if (!matches) tell(depth, fmt::format("'{}': {}: no match", directive.text, otherwise), section(where));
    return matches ? Match::yes : Match::no;
  }

  /// RFC 7208 section 5.2: pass matches; fail, softfail, neutral don't; none is a permerror.
  Match include(const SpfDirective& directive, const std::string& target, int depth) {
    tell(depth, fmt::format("'{}': is it a pass for {}?", directive.text, target), section("5.2"));
    const auto result = evaluate(target, depth + 1, false);
    if (result == SpfResult::temperror) return wrong(Match::temperror, outcome_.reason, "5.2");
    if (result == SpfResult::permerror) return wrong(Match::permerror, outcome_.reason, "5.2");
    if (result == SpfResult::none)
      return wrong(Match::permerror, fmt::format("'{}' names no SPF record: {}", directive.text, outcome_.reason),
                   "5.2");
    return outcome_of(result == SpfResult::pass, directive, depth, fmt::format("its result is {}", name_of(result)),
                      "5.2");
  }

  /// The addresses of `name` in the client's family; none when DNS has trouble.
  std::optional<std::vector<IpAddress>> addresses_of(const std::string& name) {
    const auto answer = ask(name, query_.client.is_v6 ? "AAAA" : "A");
    if (answer.is_trouble()) {
      trouble_ = fmt::format("{} {}: {}", query_.client.is_v6 ? "AAAA" : "A", name, answer.rcode);
      return std::nullopt;
    }
    std::vector<IpAddress> addresses;
    for (const auto& record : answer.records)
      if (const auto address = parse_ip(record.rdata)) addresses.push_back(*address);
    return addresses;
  }

  bool contains_client(const std::vector<IpAddress>& addresses, const SpfDirective& directive) const {
    const int prefix = query_.client.is_v6 ? directive.prefix6 : directive.prefix4;
    return std::ranges::any_of(addresses,
                               [&](const IpAddress& address) { return in_network(query_.client, address, prefix); });
  }

  /// The addresses of `name` are looked through for the client.
  Match has_client(const SpfDirective& directive, const std::string& name, int depth, std::string_view where) {
    const auto addresses = addresses_of(name);
    if (!addresses) return wrong(Match::temperror, trouble_, "5");
    std::string list;
    for (const auto& address : *addresses) list += fmt::format("{}{}", list.empty() ? "" : ", ", to_text(address));
    return outcome_of(contains_client(*addresses, directive), directive, depth,
                      addresses->empty() ? fmt::format("{} has no address of the client's family", name)
                                         : fmt::format("{} is {}, not the client", name, list),
                      where);
  }

  /// RFC 7208 section 5.4.
  Match mx(const SpfDirective& directive, const std::string& target, int depth) {
    const auto answer = ask(target, "MX");
    if (answer.is_trouble()) return wrong(Match::temperror, fmt::format("MX {}: {}", target, answer.rcode), "5");
    if (answer.records.size() > kMostNames)
      return wrong(Match::permerror, fmt::format("{} has {} MX records: 10 are allowed", target, answer.records.size()),
                   "4.6.4");
    if (answer.records.empty())
      tell(depth, fmt::format("'{}': {} has no MX record: no match", directive.text, target), section("5.4"));
    for (const auto& record : answer.records) {
      const auto name = normal_name(record.rdata.substr(record.rdata.find(' ') + 1));
      // RFC 7505 section 3: a null MX is no host.
      if (name.empty()) continue;
      if (const auto match = has_client(directive, name, depth, "5.4"); match != Match::no) return match;
      if (outcome_.void_lookups > kMostVoidLookups) return Match::no;
    }
    return Match::no;
  }

  /// The client's names whose addresses lead back to it (RFC 7208 section 5.5); trouble means fewer names.
  std::vector<std::string> validated_names() {
    std::vector<std::string> names;
    const auto answer = ask(reverse_name(query_.client), "PTR");
    if (answer.is_trouble()) return names;
    for (std::size_t i = 0; i < std::min(answer.records.size(), kMostNames); ++i) {
      auto name = normal_name(answer.records[i].rdata);
      const auto addresses = is_queryable(name) ? addresses_of(name) : std::vector<IpAddress>{};
      if (addresses && std::ranges::find(*addresses, query_.client) != addresses->end())
        names.push_back(std::move(name));
    }
    return names;
  }

  Match ptr(const SpfDirective& directive, const std::string& target, int depth) {
    const auto names = validated_names();
    return outcome_of(std::ranges::any_of(names, [&](const auto& name) { return is_at_or_below(name, target); }),
                      directive, depth,
                      names.empty() ? "the client has no name that leads back to it"
                                    : fmt::format("the client's name is {}, not below {}", join(names, ", "), target),
                      "5.5");
  }

  /// Macro "p" (RFC 7208 section 7.3): the domain itself, else one below it, else any.
  std::string validated_name(const std::string& domain) {
    // Asked once, however often a record says %{p}.
    if (!names_for_macro_) names_for_macro_ = validated_names();
    const auto& names = *names_for_macro_;
    if (std::ranges::find(names, domain) != names.end()) return domain;
    const auto below = std::ranges::find_if(names, [&](const auto& name) { return is_at_or_below(name, domain); });
    if (below != names.end()) return *below;
    return names.empty() ? "unknown" : names.front();
  }

  /// RFC 7208 section 5.7: an A record, whatever the client's family.
  Match exists(const SpfDirective& directive, const std::string& target, int depth) {
    const auto answer = ask(target, "A");
    if (answer.is_trouble()) return wrong(Match::temperror, fmt::format("A {}: {}", target, answer.rcode), "5");
    return outcome_of(!answer.records.empty(), directive, depth, fmt::format("{} has no A record", target), "5.7");
  }

  /// RFC 7208 section 6.2: whatever goes wrong here changes nothing.
  void explain(const SpfModifier& exp, const std::string& domain) {
    const auto name = expand_domain(exp.value, values(domain));
    if (!is_queryable(name)) return;
    const auto answer = resolver_.query(name, "TXT");
    const auto texts = texts_of(answer);
    if (answer.is_trouble() || texts.size() != 1) {
      tell(0, fmt::format("'{}': {} has not just one TXT record: no explanation", exp.text, name), section("6.2"));
      return;
    }
    const auto macro = parse_macro_string(texts.front(), MacroPlace::text, 1);
    if (!macro) {
      tell(0, fmt::format("'{}': {}: no explanation", exp.text, macro.error().message), section("6.2"));
      return;
    }
    outcome_.explanation = printable(expand(*macro, values(domain)));
    tell(0, fmt::format("explanation: {}", outcome_.explanation), section("6.2"));
  }

  Resolver& resolver_;
  SpfQuery query_;
  SpfOutcome outcome_;
  std::string pending_reason_;
  std::string pending_source_;
  std::string trouble_;
  std::optional<std::vector<std::string>> names_for_macro_;
};

}  // namespace

SpfOutcome check_host(Resolver& resolver, const SpfQuery& query) { return SpfRun(resolver, query).run(); }

std::string domain_of_address(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? "" : normal_name(address.substr(at + 1));
}

SpfOutcome check_mail_from(Resolver& resolver, const SmtpClient& client) {
  const auto mail_from = client.mail_from.empty() ? "postmaster@" + client.helo : client.mail_from;
  return check_host(resolver, {.client = client.address,
                               .domain = domain_of_address(mail_from),
                               .sender = mail_from,
                               .helo = client.helo,
                               .receiver = client.receiver,
                               .now = client.now});
}

SpfOutcome check_helo(Resolver& resolver, const SmtpClient& client) {
  return check_host(resolver, {.client = client.address,
                               .domain = client.helo,
                               .sender = "postmaster@" + client.helo,
                               .helo = client.helo,
                               .receiver = client.receiver,
                               .now = client.now});
}

}  // namespace labctl::evaluate
