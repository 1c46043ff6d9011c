#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/evaluate/dmarc_record.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/public_suffix.h"
#include "labctl/evaluate/tag_list.h"
#include "labctl/lint/lint.h"
#include "labctl/mail/address.h"

namespace labctl::lint {
namespace {

using evaluate::DmarcRfc;

constexpr std::string_view kPrefix = "_dmarc.";

/// One record at a _dmarc name.
class DmarcLint {
 public:
  DmarcLint(ZoneView& view, const Line& line, Findings& findings)
      : view_(view),
        line_(line),
        findings_(findings),
        domain_(evaluate::normal_name(line.record.owner.substr(kPrefix.size()))),
        list_(evaluate::parse_tag_list(line.text)),
        by_7489_(evaluate::parse_dmarc_record(line.text, DmarcRfc::rfc7489)),
        by_9989_(evaluate::parse_dmarc_record(line.text, DmarcRfc::rfc9989)) {}

  void run() {
    two_records();
    syntax();
    policy();
    values();
    unknown_tags();
    for (const char* name : {"rua", "ruf"}) addresses(name);
  }

 private:
  void add(std::string id, Severity severity, std::string source, LocalText message, LocalText advice) {
    findings_.push_back(
        finding_at(line_, std::move(id), severity, std::move(source), std::move(message), std::move(advice)));
  }

  void two_records() {
    int records = 0;
    const Line* first = nullptr;
    for (const auto* other : view_.find(line_.record.owner, "TXT"))
      if (evaluate::is_dmarc_record(other->text) && ++records == 1) first = other;
    if (records < 2 || first == &line_) return;
    add("dmarc.two-records", Severity::error, "RFC 9989 section 4.10",
        {.ja = fmt::format("{} に DMARC レコードが {} つあり、どれも使われません。", line_.record.owner, records),
         .en = fmt::format("{} has {} DMARC records: none of them is used", line_.record.owner, records)},
        {.ja = "1 つだけ残します。", .en = "leave one of them"});
  }

  void syntax() {
    for (const auto& problem : list_.problems) {
      const bool twice = problem.message.find("twice") != std::string::npos;
      add(twice ? "dmarc.tag-twice" : "dmarc.garbage", Severity::error, "RFC 9989 section 4.8",
          {.ja = twice ? fmt::format("{} 文字目の「{}」と同じタグが前にもあります。", problem.column, problem.part)
                       : fmt::format("{} 文字目の「{}」はタグ(名前=値)ではありません。", problem.column, problem.part),
           .en = fmt::format("column {}, '{}': {}", problem.column, problem.part, problem.message)},
          {.ja = "「名前=値」を 1 つずつセミコロンで区切ります。",
           .en = "write each name=value once, parted by semicolons"});
    }
  }

  void policy() {
    const auto* p = list_.find("p");
    if (p == nullptr) {
      add("dmarc.no-policy", Severity::error, "RFC 7489 section 6.3",
          {.ja = "方針 p= がありません。", .en = "there is no policy, p="},
          {.ja = "v=DMARC1 の次に p=none、p=quarantine、p=reject のどれかを書きます。",
           .en = "behind v=DMARC1 write p=none, p=quarantine or p=reject"});
    } else if (by_7489_.p && list_.tags.size() > 1 && &list_.tags[1] != p) {
      add("dmarc.p-not-second", Severity::warning, "RFC 7489 section 6.4",
          {.ja = "p= が v= のすぐ後にありません。", .en = "p= does not stand right behind v="},
          {.ja = "v=DMARC1; p=... の順に書きます。", .en = "write v=DMARC1; p=... first"});
    }
    for (const char* name : {"p", "sp", "np"}) {
      const auto* tag = list_.find(name);
      if (tag == nullptr || is_policy(tag->value)) continue;
      add("dmarc.bad-policy", Severity::error, "RFC 7489 section 6.6.3",
          {.ja = fmt::format("{}={} という方針はありません。", name, printable(tag->value)),
           .en = fmt::format("{}={} is no policy", name, printable(tag->value))},
          {.ja = "none、quarantine、reject のどれかを書きます。", .en = "write none, quarantine or reject"});
    }
    if (by_9989_.p && by_9989_.sp && *by_9989_.sp < *by_9989_.p)
      add("dmarc.weak-subdomains", Severity::notice, "RFC 9989 section 4.7",
          {.ja = "サブドメインの方針 sp= が p= より弱くなっています。", .en = "sp= is weaker than p="},
          {.ja = "意図したものでなければ sp= を p= に合わせます。",
           .en = "unless it is meant so, make sp= as strict as p="});
  }

  static bool is_policy(std::string_view value) {
    constexpr std::array kPolicies{"none", "quarantine", "reject"};
    return std::ranges::any_of(kPolicies, [&](const char* policy) { return equal_ignoring_case(policy, value); });
  }

  void values() {
    constexpr std::array kTags{"adkim", "aspf", "fo", "pct", "rf", "ri", "psd", "t"};
    for (const char* name : kTags) {
      const auto* tag = list_.find(name);
      if (tag == nullptr) continue;
      for (const auto* record : {&by_7489_, &by_9989_}) {
        const auto problem = std::ranges::find_if(record->problems, [&](const evaluate::Problem& candidate) {
          return candidate.column == tag->column && candidate.message.find("unknown") == std::string::npos &&
                 candidate.message.find("twice") == std::string::npos;
        });
        if (problem == record->problems.end()) continue;
        add("dmarc.bad-value", Severity::error, problem->source,
            {.ja = fmt::format("{}={} は決められた値ではなく、既定の値になります。", name, printable(tag->value)),
             .en = fmt::format("{}={}: {}; the default is taken", name, printable(tag->value), problem->message)},
            {.ja = "adkim、aspf は r か s、fo は 0 1 d s、pct は 0 から 100、psd は y n u、t は y か n です。",
             .en = "adkim and aspf are r or s; fo is 0, 1, d or s; pct is 0 to 100; psd is y, n or u; t is y or n"});
        break;
      }
    }
    if (by_7489_.percent < 100)
      add("dmarc.percent", Severity::warning, "RFC 9989 section 4.7",
          {.ja = fmt::format("pct={} は RFC 9989 の受信者では無視され、方針が全部に効きます。", by_7489_.percent),
           .en = fmt::format("pct={} is ignored by receivers after RFC 9989: the policy holds for all mail",
                             by_7489_.percent)},
          {.ja = "試験中なら t=y を使います。", .en = "to test, use t=y"});
    if (by_9989_.psd == 'y')
      add("dmarc.psd", Severity::warning, "RFC 9989 section 4.7",
          {.ja = "psd=y は公的なサフィックスだけが使います。", .en = "psd=y is for public suffixes only"},
          {.ja = "自分を組織ドメインにするには psd=n と書きます。",
           .en = "to be an organizational domain write psd=n"});
  }

  void unknown_tags() {
    constexpr std::array kRemoved{"pct", "rf", "ri"};
    constexpr std::array kKnown{"v", "p",   "sp",  "np",  "adkim", "aspf", "fo",
                                "t", "psd", "rua", "ruf", "pct",   "rf",   "ri"};
    for (const auto& tag : list_.tags) {
      const auto name = to_lower(tag.name);
      if (std::ranges::find(kKnown, name) == kKnown.end()) {
        const std::vector<std::string> known(kKnown.begin(), kKnown.end());
        const auto meant = nearest(name, known);
        add("dmarc.unknown-tag", Severity::warning, "RFC 9989 section 4.7",
            {.ja = fmt::format("タグ {}= はなく、無視されます。", printable(name)),
             .en = fmt::format("there is no tag {}=: it is ignored", printable(name))},
            meant ? LocalText{.ja = fmt::format("{}= のことなら直します。", *meant),
                              .en = fmt::format("if {}= was meant, write that", *meant)}
                  : LocalText{.ja = "消します。", .en = "remove it"});
      } else if (std::ranges::find(kRemoved, name) != kRemoved.end() && !(name == "pct" && by_7489_.percent < 100)) {
        add("dmarc.removed-tag", Severity::notice, "RFC 9989 section 4.7",
            {.ja = fmt::format("タグ {}= は RFC 9989 でなくなりました。", name),
             .en = fmt::format("RFC 9989 has no tag {}= any more", name)},
            {.ja = "消します。", .en = "remove it"});
      }
    }
  }

  void addresses(const char* name) {
    const auto* tag = list_.find(name);
    if (tag == nullptr) return;
    for (const auto& part : split(tag->value, ',')) {
      const auto uri = trim(part);
      if (!evaluate::is_report_uri(uri)) {
        add("dmarc.bad-uri", Severity::error, "RFC 9989 section 4.8",
            {.ja = fmt::format("{} の「{}」は URI ではありません。", name, printable(uri)),
             .en = fmt::format("'{}' in {} is no URI", printable(uri), name)},
            {.ja = "mailto:宛先 と書き、複数ならカンマで区切ります。",
             .en = "write mailto:ADDRESS, several parted by commas"});
        continue;
      }
      if (uri.find('!') != std::string_view::npos)
        add("dmarc.report-size", Severity::notice, "RFC 9989 section 4.8",
            {.ja = "「!」で書くレポートの上限は RFC 9989 では無視されます。",
             .en = "a limit of size behind '!' is ignored by RFC 9989"},
            {.ja = "「!」から後を消します。", .en = "remove it from '!' on"});
      consent(uri.substr(0, uri.find('!')));
    }
  }

  /// A report that goes to another organization needs its consent.
  void consent(std::string_view uri) {
    if (!equal_ignoring_case(uri.substr(0, 7), "mailto:")) return;
    const auto target = evaluate::normal_name(mail::domain_of(uri));
    if (evaluate::listed_organizational_domain(target) == evaluate::listed_organizational_domain(domain_)) return;
    const auto name = domain_ + "._report._dmarc." + target;
    if (!view_.is_known(target)) return;
    const auto texts = evaluate::texts_of(view_.resolver().query(name, "TXT"));
    if (std::ranges::any_of(texts, evaluate::is_dmarc_record)) return;
    add("dmarc.no-consent", Severity::error, "RFC 7489 section 7.1",
        {.ja = fmt::format("{} はレポートの受け取りに同意していません。", target),
         .en = fmt::format("{} has not consented to take reports about {}", target, domain_)},
        {.ja = fmt::format("{}. に TXT \"v=DMARC1\" を置きます。", name),
         .en = fmt::format("put TXT \"v=DMARC1\" at {}.", name)});
  }

  ZoneView& view_;
  const Line& line_;
  Findings& findings_;
  std::string domain_;
  evaluate::TagList list_;
  evaluate::DmarcRecord by_7489_;
  evaluate::DmarcRecord by_9989_;
};

bool mentions_dmarc(std::string_view text) { return to_lower(text).find("dmarc") != std::string::npos; }

}  // namespace

void lint_dmarc(ZoneView& view, const WrittenZone& zone, Findings& findings) {
  for (const auto& line : zone.lines) {
    if (line.record.type != "TXT") continue;
    const auto& owner = line.record.owner;
    const bool is_consent = owner.find("._report._dmarc.") != std::string::npos;
    const bool is_record = evaluate::is_dmarc_record(line.text);
    if (is_consent) continue;
    if (owner.starts_with(kPrefix)) {
      if (is_record)
        DmarcLint(view, line, findings).run();
      else
        findings.push_back(finding_at(
            line, "dmarc.version", Severity::error, "RFC 7489 section 6.3",
            {.ja = fmt::format("「{}」で始まるため DMARC レコードとして読まれません。",
                               printable(line.text.substr(0, 12))),
             .en = fmt::format("a record that begins '{}' is not taken for DMARC", printable(line.text.substr(0, 12)))},
            {.ja = "「v=DMARC1;」で始めます(大文字)。", .en = "begin it with v=DMARC1; in upper case"}));
    } else if (is_record || (mentions_dmarc(owner) && mentions_dmarc(line.text))) {
      findings.push_back(
          finding_at(line, "dmarc.owner", Severity::error, "RFC 7489 section 6.1",
                     {.ja = fmt::format("DMARC レコードが {} にあり、見つけられません。", owner),
                      .en = fmt::format("the DMARC record stands at {}, where nobody looks for it", owner)},
                     {.ja = "_dmarc.ドメイン に置きます。", .en = "put it at _dmarc.DOMAIN"}));
    }
  }
}

}  // namespace labctl::lint
