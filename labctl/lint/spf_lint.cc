#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/dns/txt.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/spf_record.h"
#include "labctl/lint/lint.h"
#include "labctl/lint/spf_tree.h"

namespace labctl::lint {
namespace {

using evaluate::SpfDirective;
using evaluate::SpfMechanism;
using evaluate::SpfResult;

/// Texts that a person meant as SPF, and that no receiver takes as it.
bool is_almost_spf(std::string_view text) {
  const auto start = to_lower(trim(text).substr(0, 7));
  return start.starts_with("v=spf") || start.starts_with("v= spf") || start.starts_with("v =spf") ||
         start.starts_with("spf1 ") || start.starts_with("v:spf") || start.starts_with("\"v=spf");
}

/// One SPF record of a zone.
class SpfLint {
 public:
  SpfLint(ZoneView& view, const Line& line, Findings& findings)
      : view_(view),
        line_(line),
        findings_(findings),
        domain_(evaluate::normal_name(line.record.owner)),
        record_(evaluate::parse_spf_record(line.text)) {}

  void run() {
    problems();
    two_records();
    text();
    all();
    for (const auto& directive : record_.directives) mechanism(directive);
    modifiers();
    repeated();
    cost();
  }

 private:
  void add(std::string id, Severity severity, std::string_view section, LocalText message, LocalText advice) {
    findings_.push_back(finding_at(line_, std::move(id), severity, fmt::format("{} section {}", "RFC 7208", section),
                                   std::move(message), std::move(advice)));
  }

  void problems() {
    for (const auto& problem : record_.problems) {
      const auto part = to_lower(problem.part);
      const bool typo = part.find("ipv4") != part.npos || part.find("ipv6") != part.npos;
      findings_.push_back(finding_at(
          line_, typo ? "spf.ipv4-typo" : "spf.syntax", Severity::error, problem.source,
          {.ja = fmt::format("{} 文字目の「{}」が文法に合わず、SPF は permerror になります。", problem.column,
                             problem.part),
           .en = fmt::format("column {}, '{}': {}; SPF becomes permerror", problem.column, problem.part,
                             problem.message)},
          typo ? LocalText{.ja = "ip4: または ip6: と書きます。", .en = "write ip4: or ip6:"}
               : LocalText{.ja = "書けるのは all include a mx ptr ip4 ip6 exists と redirect= exp= です。",
                           .en = "mechanisms are all include a mx ptr ip4 ip6 exists; modifiers redirect= exp="}));
    }
  }

  void two_records() {
    int records = 0;
    const Line* first = nullptr;
    for (const auto* other : view_.find(line_.record.owner, "TXT")) {
      if (!evaluate::is_spf_record(other->text)) continue;
      if (++records == 1) first = other;
    }
    if (records < 2 || first == &line_) return;
    add("spf.two-records", Severity::error, "4.5",
        {.ja = fmt::format("{} に SPF レコードが {} つあり、permerror になります。", line_.record.owner, records),
         .en = fmt::format("{} has {} SPF records, which is a permerror", line_.record.owner, records)},
        {.ja = fmt::format("{} 行目のレコードと 1 つにまとめます。", first->line),
         .en = fmt::format("make one of it and that on line {}", first->line)});
  }

  void text() {
    constexpr std::size_t kFitsOneAnswer = 450;  // RFC 7208 section 3.4: name, answer and this in 512 octets
    if (line_.text.size() > kFitsOneAnswer)
      add("spf.long", Severity::warning, "3.4",
          {.ja = fmt::format("レコードが {} オクテットあります。", line_.text.size()),
           .en = fmt::format("the record has {} octets", line_.text.size())},
          {.ja = "450 オクテット以下にするか、include で分けます。", .en = "keep it under 450, or part it by include"});
    const auto strings = dns::quoted_strings(line_.record.rdata);
    if (!strings) return;
    for (std::size_t i = 1; i < strings->size(); ++i) {
      const auto& before = (*strings)[i - 1];
      const auto& after = (*strings)[i];
      if (before.empty() || after.empty() || before.size() == 255 || before.back() == ' ' || after.front() == ' ')
        continue;
      add("spf.joined-strings", Severity::warning, "3.3",
          {.ja = "文字列は空白なしでつながるため、区切りの前後が 1 つの語になります。",
           .en = "strings are joined without a blank: the words at the border become one"},
          {.ja = "前の文字列の最後か次の文字列の最初に空白を入れます。",
           .en = "put a blank at the end of one string or the beginning of the next"});
    }
  }

  void all() {
    const auto all = std::ranges::find(record_.directives, SpfMechanism::all, &SpfDirective::mechanism);
    if (all == record_.directives.end()) {
      if (!record_.redirect && record_.problems.empty())
        add("spf.no-all", Severity::warning, "4.7",
            {.ja = "最後に all も redirect もないため、ほかの送信元は neutral になります。",
             .en = "without all or redirect at its end every other sender is neutral"},
            {.ja = "最後に -all または ~all を書きます。", .en = "end the record in -all or ~all"});
      return;
    }
    if (all->result == SpfResult::pass)
      add("spf.plus-all", Severity::error, "5.1",
          {.ja = fmt::format("「{}」はだれが送っても pass にします。", all->text),
           .en = fmt::format("'{}' lets everybody send for this domain", all->text)},
          {.ja = "-all または ~all と書きます。", .en = "write -all or ~all"});
    if (all->result == SpfResult::neutral)
      add("spf.neutral-all", Severity::warning, "8.2",
          {.ja = "?all はほかの送信元について何も言わないのと同じです。",
           .en = "?all says nothing about other senders"},
          {.ja = "-all または ~all と書きます。", .en = "write -all or ~all"});
    if (std::next(all) != record_.directives.end())
      add("spf.after-all", Severity::warning, "5.1",
          {.ja = fmt::format("「{}」は all より後にあり、見られません。", std::next(all)->text),
           .en = fmt::format("'{}' stands behind all and is never looked at", std::next(all)->text)},
          {.ja = "all を最後に書きます。", .en = "write all last"});
    if (record_.redirect)
      add("spf.redirect-and-all", Severity::warning, "6.1",
          {.ja = "all があるため redirect は無視されます。", .en = "because of all the redirect is ignored"},
          {.ja = "どちらか一方だけにします。", .en = "leave one of them"});
  }

  std::string target_of(const evaluate::MacroString& macro) const { return plain_domain(macro, domain_); }

  void mechanism(const SpfDirective& directive) {
    const auto target = target_of(directive.domain);
    switch (directive.mechanism) {
      case SpfMechanism::ptr:
        return add("spf.ptr", Severity::warning, "5.5",
                   {.ja = "ptr は遅く当てにならないため、使わないことになっています。",
                    .en = "ptr is slow and unreliable; it should not be published"},
                   {.ja = "ip4、ip6、a、mx で書きます。", .en = "name the senders by ip4, ip6, a or mx"});
      case SpfMechanism::include:
        return names_spf(directive.text, target);
      case SpfMechanism::a:
        return has_address(directive.text, target);
      case SpfMechanism::mx:
        if (!target.empty() && view_.is_known(target) && view_.resolver().query(target, "MX").records.empty())
          missing(directive.text, target, "MX");
        return;
      case SpfMechanism::ip4:
      case SpfMechanism::ip6:
        return network(directive);
      default:
        return;
    }
  }

  void names_spf(const std::string& term, const std::string& target) {
    if (target.empty() || !view_.is_known(target)) return;
    const auto texts = evaluate::texts_of(view_.resolver().query(target, "TXT"));
    if (std::ranges::any_of(texts, evaluate::is_spf_record)) return;
    add("spf.include-none", Severity::error, "5.2",
        {.ja = fmt::format("「{}」の先に SPF レコードがなく、permerror になります。", term),
         .en = fmt::format("'{}' names a domain without an SPF record, which is a permerror", term)},
        {.ja = fmt::format("{} に SPF レコードを加えるか、この語を消します。", target),
         .en = fmt::format("add an SPF record at {}, or remove the term", target)});
  }

  void has_address(const std::string& term, const std::string& target) {
    if (target.empty() || !view_.is_known(target)) return;
    if (view_.resolver().query(target, "A").records.empty() && view_.resolver().query(target, "AAAA").records.empty())
      missing(term, target, "A, AAAA");
  }

  void missing(const std::string& term, const std::string& target, std::string_view types) {
    ++void_terms_;
    add("spf.name-missing", Severity::warning, "4.6.4",
        {.ja = fmt::format("「{}」の {} に {} レコードがありません(void lookup)。", term, target, types),
         .en = fmt::format("'{}': {} has no {} record (a void lookup)", term, target, types)},
        {.ja = "名前を直すか、この語を消します。", .en = "mend the name, or remove the term"});
  }

  void network(const SpfDirective& directive) {
    const bool v6 = directive.mechanism == SpfMechanism::ip6;
    const int prefix = v6 ? directive.prefix6 : directive.prefix4;
    if (directive.result == SpfResult::pass && prefix < (v6 ? 16 : 8))
      add("spf.wide-network", Severity::warning, "5.6",
          {.ja = fmt::format("「{}」は広すぎる範囲を許します。", directive.text),
           .en = fmt::format("'{}' lets a very large part of the Internet send", directive.text)},
          {.ja = "実際の送信元の範囲に絞ります。", .en = "name the networks that really send"});
    static const std::array private_networks{
        std::pair{*evaluate::parse_ip("10.0.0.0"), 8},     std::pair{*evaluate::parse_ip("172.16.0.0"), 12},
        std::pair{*evaluate::parse_ip("192.168.0.0"), 16}, std::pair{*evaluate::parse_ip("127.0.0.0"), 8},
        std::pair{*evaluate::parse_ip("fc00::"), 7},       std::pair{*evaluate::parse_ip("fe80::"), 10}};
    for (const auto& [address, bits] : private_networks)
      if (prefix >= bits && evaluate::in_network(directive.network, address, bits))
        findings_.push_back(finding_at(
            line_, "spf.private-network", Severity::warning, v6 ? "RFC 4193 section 4.1" : "RFC 1918 section 3",
            {.ja = fmt::format("「{}」は組織の外から見えないアドレスです。", directive.text),
             .en = fmt::format("'{}' is an address that nobody outside sees", directive.text)},
            {.ja = "外から見える送信元アドレスを書きます。", .en = "name the address that receivers see"}));
  }

  void modifiers() {
    if (record_.redirect) names_spf(record_.redirect->text, target_of(record_.redirect->value));
    if (record_.exp) {
      const auto target = target_of(record_.exp->value);
      if (!target.empty() && view_.is_known(target) && view_.resolver().query(target, "TXT").records.size() != 1)
        add("spf.exp-missing", Severity::warning, "6.2",
            {.ja = fmt::format("「{}」の先に TXT レコードが 1 つだけある状態ではありません。", record_.exp->text),
             .en = fmt::format("'{}' does not name just one TXT record", record_.exp->text)},
            {.ja = "説明文の TXT を 1 つ置きます。", .en = "put one TXT with the explanation there"});
    }
    constexpr std::array kMechanisms{"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};
    for (const auto& modifier : record_.unknown)
      if (std::ranges::find(kMechanisms, modifier.name) != kMechanisms.end())
        add("spf.equals-for-colon", Severity::error, "4.6.1",
            {.ja = fmt::format("「{}」は知らない修飾子として無視されます。", modifier.text),
             .en = fmt::format("'{}' is taken for an unknown modifier, and ignored", modifier.text)},
            {.ja = fmt::format("{}: と書きます。", modifier.name), .en = fmt::format("write {}:", modifier.name)});
  }

  void repeated() {
    for (auto term = record_.directives.begin(); term != record_.directives.end(); ++term)
      if (std::any_of(record_.directives.begin(), term,
                      [&](const SpfDirective& other) { return equal_ignoring_case(other.text, term->text); }))
        add("spf.repeated", Severity::warning, "4.6.2",
            {.ja = fmt::format("「{}」が 2 回あります。", term->text),
             .en = fmt::format("'{}' stands twice", term->text)},
            {.ja = "片方を消します。", .en = "remove one of them"});
  }

  void cost() {
    constexpr int kAllowed = 10;
    constexpr int kAllowedVoid = 2;
    const auto cost = spf_cost(view_, domain_);
    if (!cost.circle.empty()) {
      add("spf.circle", Severity::error, "4.6.4",
          {.ja = fmt::format("include または redirect が {} に戻ります。", cost.circle),
           .en = fmt::format("include or redirect comes to {} again", cost.circle)},
          {.ja = "自分に戻る include または redirect を消します。", .en = "remove the term that leads back"});
    } else if (cost.lookups > kAllowed) {
      add("spf.lookups", Severity::error, "4.6.4",
          {.ja = fmt::format("DNS を引く語が {}{} あります(10 まで):{}", cost.lookups, cost.is_whole ? "" : " 以上",
                             cost.tree),
           .en = fmt::format("{}{} terms ask DNS, 10 are allowed:{}", cost.is_whole ? "" : "at least ", cost.lookups,
                             cost.tree)},
          {.ja = "ip4、ip6 に置き換えるか、使っていない include を消します。",
           .en = "replace names by ip4 and ip6, or remove includes that are not used"});
    }
    if (void_terms_ > kAllowedVoid)
      add("spf.void-lookups", Severity::error, "4.6.4",
          {.ja = fmt::format("答えのない問い合わせが {} あります(2 まで)。", void_terms_),
           .en = fmt::format("{} terms find nothing in DNS, 2 are allowed", void_terms_)},
          {.ja = "ない名前を指す語を消します。", .en = "remove the terms whose names have no records"});
  }

  ZoneView& view_;
  const Line& line_;
  Findings& findings_;
  std::string domain_;
  evaluate::SpfRecord record_;
  int void_terms_ = 0;
};

}  // namespace

void lint_spf(ZoneView& view, const WrittenZone& zone, Findings& findings) {
  for (const auto& line : zone.lines) {
    if (line.record.type == "SPF")
      findings.push_back(
          finding_at(line, "spf.type", Severity::error, "RFC 7208 section 3.1",
                     {.ja = "SPF 型のレコードは廃止されています。", .en = "records of type SPF are obsolete"},
                     {.ja = "同じ内容を TXT で書きます。", .en = "write the same text as a TXT record"}));
    if (line.record.type != "TXT") continue;
    if (evaluate::is_spf_record(line.text))
      SpfLint(view, line, findings).run();
    else if (is_almost_spf(line.text))
      findings.push_back(finding_at(
          line, "spf.version", Severity::error, "RFC 7208 section 4.5",
          {.ja = fmt::format("「{}」で始まるため SPF レコードとして読まれません。", printable(line.text.substr(0, 12))),
           .en = fmt::format("a record that begins '{}' is not taken for SPF", printable(line.text.substr(0, 12)))},
          {.ja = "「v=spf1」と空白で始めます。", .en = "begin it with v=spf1 and a blank"}));
  }
}

}  // namespace labctl::lint
