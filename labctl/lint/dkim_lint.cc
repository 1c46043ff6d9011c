#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/base64.h"
#include "labctl/base/text.h"
#include "labctl/evaluate/tag_list.h"
#include "labctl/lint/dkim_key.h"
#include "labctl/lint/lint.h"

namespace labctl::lint {
namespace {

bool has_word(std::string_view list, std::string_view word) {
  // RFC 6376 section 3.2: values are told apart by case, but where a tag says otherwise; none of these does.
  return std::ranges::any_of(split(list, ':'), [&](const auto& part) { return trim(part) == word; });
}

std::string without_blanks(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' && c != '\t') result += c;
  return result;
}

/// One key record of a selector.
class DkimLint {
 public:
  DkimLint(const ZoneView& view, const Line& line, Findings& findings)
      : view_(view), line_(line), findings_(findings), list_(evaluate::parse_tag_list(line.text)) {}

  void run() {
    for (const auto& problem : list_.problems)
      add("dkim.syntax", Severity::error, "RFC 6376 section 3.2",
          {.ja = fmt::format("{} 文字目の「{}」がタグの形(名前=値;)ではありません。", problem.column, problem.part),
           .en = fmt::format("column {}, '{}': {}", problem.column, problem.part, problem.message)},
          {.ja = "「名前=値」をセミコロンで区切ります。", .en = "write name=value, parted by semicolons"});
    two_records();
    version();
    flags();
    key();
  }

 private:
  void add(std::string id, Severity severity, std::string source, LocalText message, LocalText advice) {
    findings_.push_back(
        finding_at(line_, std::move(id), severity, std::move(source), std::move(message), std::move(advice)));
  }

  [[nodiscard]] const evaluate::Tag* find(std::string_view name) const {
    // RFC 6376 section 3.2: names of tags are told apart by case.
    const auto found = std::ranges::find(list_.tags, name, &evaluate::Tag::name);
    return found == list_.tags.end() ? nullptr : &*found;
  }

  void two_records() {
    const auto all = view_.find(line_.record.owner, "TXT");
    if (all.size() < 2 || all.front() == &line_) return;
    add("dkim.two-records", Severity::error, "RFC 6376 section 3.6.2.2",
        {.ja = "同じセレクターに TXT が 2 つ以上あり、結果は定まりません。",
         .en = "the selector has more than one TXT record: the result is undefined"},
        {.ja = "鍵ごとに別のセレクターを使います。", .en = "use a selector of its own for each key"});
  }

  void version() {
    const auto* tag = find("v");
    if (tag == nullptr) return;
    if (tag->value != "DKIM1")
      add("dkim.version", Severity::error, "RFC 6376 section 3.6.1",
          {.ja = fmt::format("v={} の鍵は捨てられます。", printable(tag->value)),
           .en = fmt::format("a key with v={} is discarded", printable(tag->value))},
          {.ja = "v=DKIM1 と書きます。", .en = "write v=DKIM1"});
    else if (tag != &list_.tags.front())
      add("dkim.version", Severity::error, "RFC 6376 section 3.6.1",
          {.ja = "v= は最初のタグでなければなりません。", .en = "v= must be the first tag"},
          {.ja = "v=DKIM1 を先頭に移します。", .en = "move v=DKIM1 to the front"});
  }

  void flags() {
    if (const auto* tag = find("t"); tag != nullptr && has_word(tag->value, "y"))
      add("dkim.testing", Severity::warning, "RFC 6376 section 3.6.1",
          {.ja = "t=y は試験中の印で、署名がないものとして扱われます。",
           .en = "t=y says that the domain tests DKIM: its mail is treated as unsigned"},
          {.ja = "試験が終わったら t=y を消します。", .en = "remove t=y when the test is over"});
    if (const auto* tag = find("s"); tag != nullptr && !has_word(tag->value, "*") && !has_word(tag->value, "email"))
      add("dkim.service", Severity::error, "RFC 6376 section 3.6.1",
          {.ja = fmt::format("s={} の鍵はメールに使えません。", printable(tag->value)),
           .en = fmt::format("a key with s={} is not for mail", printable(tag->value))},
          {.ja = "s=email と書くか、s を消します。", .en = "write s=email, or remove s"});
    if (const auto* tag = find("h"); tag != nullptr && !has_word(tag->value, "sha256"))
      add("dkim.hash", Severity::error, "RFC 8301 section 3.1",
          {.ja = fmt::format("h={} では sha256 の署名を検証できません。", printable(tag->value)),
           .en = fmt::format("h={} does not allow sha256, and sha1 must not be used", printable(tag->value))},
          {.ja = "h=sha256 と書くか、h を消します。", .en = "write h=sha256, or remove h"});
    if (find("g") != nullptr)
      add("dkim.granularity", Severity::notice, "RFC 6376 section 3.6.1",
          {.ja = "g= は廃止され、無視されます。", .en = "g= is obsolete and ignored"},
          {.ja = "g= を消します。", .en = "remove g="});
  }

  void key() {
    const auto* data = find("p");
    if (data == nullptr)
      return add("dkim.no-key", Severity::error, "RFC 6376 section 3.6.1",
                 {.ja = "公開鍵 p= がありません。", .en = "there is no public key, p="},
                 {.ja = "p= に公開鍵を Base64 で書きます。", .en = "write the public key in Base64 behind p="});
    const auto* type = find("k");
    const bool is_ed25519 = type != nullptr && type->value == "ed25519";
    if (type != nullptr && type->value != "rsa" && !is_ed25519)
      return add("dkim.key-type", Severity::error, "RFC 6376 section 3.6.1",
                 {.ja = fmt::format("k={} という鍵の種類はありません。", printable(type->value)),
                  .en = fmt::format("there is no key type '{}'", printable(type->value))},
                 {.ja = "k=rsa または k=ed25519 と書きます。", .en = "write k=rsa or k=ed25519"});
    const auto text = without_blanks(data->value);
    if (text.empty())
      return add("dkim.revoked", Severity::warning, "RFC 6376 section 3.6.1",
                 {.ja = "p= が空なので、この鍵は取り消されています。", .en = "p= is empty: the key is revoked"},
                 {.ja = "使う鍵なら p= に公開鍵を書きます。", .en = "write the public key, if the key is to be used"});
    const auto key = from_base64(text);
    if (!key)
      return add("dkim.base64", Severity::error, "RFC 4648 section 4",
                 {.ja = "p= が Base64 として読めません。", .en = "p= can't be read as Base64"},
                 {.ja = "鍵を切らずに全部写します。文字は A-Z a-z 0-9 + / = だけです。",
                  .en = "copy the whole key; it holds A-Z a-z 0-9 + / = only"});
    if (is_ed25519)
      ed25519(*key);
    else
      rsa(*key);
  }

  void ed25519(const std::string& key) {
    if (key.size() == 32) return;
    add("dkim.ed25519-length", Severity::error, "RFC 8463 section 4",
        {.ja = fmt::format("ed25519 の鍵が {} オクテットあります(32 のはずです)。", key.size()),
         .en = fmt::format("the ed25519 key has {} octets instead of 32", key.size())},
        {.ja = "DER ではなく鍵そのもの 32 オクテットを Base64 で書きます。",
         .en = "write the 32 octets of the key itself in Base64, not its DER"});
  }

  void rsa(const std::string& key) {
    const auto bits = rsa_bits(key);
    if (!bits)
      return add("dkim.not-a-key", Severity::error, "RFC 6376 section 3.6.1",
                 {.ja = "p= は RSA の公開鍵ではありません。", .en = "p= is no RSA public key"},
                 {.ja = "opendkim-genkey などが出した公開鍵を全部写します。",
                  .en = "copy all of the public key, as opendkim-genkey prints it"});
    if (*bits < 1024)
      add("dkim.short-key", Severity::error, "RFC 8301 section 3.2",
          {.ja = fmt::format("RSA の鍵が {} ビットで、短すぎて受け付けられません。", *bits),
           .en = fmt::format("the RSA key has {} bits: receivers must not accept it", *bits)},
          {.ja = "2048 ビットの鍵を作ります。", .en = "make a key of 2048 bits"});
    else if (*bits < 2048)
      add("dkim.weak-key", Severity::warning, "RFC 8301 section 3.2",
          {.ja = fmt::format("RSA の鍵が {} ビットです。", *bits), .en = fmt::format("the RSA key has {} bits", *bits)},
          {.ja = "2048 ビット以上の鍵を使います。", .en = "use a key of 2048 bits or more"});
  }

  const ZoneView& view_;
  const Line& line_;
  Findings& findings_;
  evaluate::TagList list_;
};

}  // namespace

void lint_dkim(const ZoneView& view, const WrittenZone& zone, Findings& findings) {
  for (const auto& line : zone.lines) {
    if (line.record.type != "TXT") continue;
    const auto& owner = line.record.owner;
    if (owner.find("._domainkey.") != std::string::npos)
      DkimLint(view, line, findings).run();
    else if (owner.starts_with("_domainkey."))
      findings.push_back(
          finding_at(line, "dkim.domainkeys-policy", Severity::notice, "RFC 6376 section 3.6.2.1",
                     {.ja = "_domainkey そのものに置くレコードは DKIM にはありません。",
                      .en = "DKIM has no record at _domainkey itself; this is of DomainKeys"},
                     {.ja = "セレクターを付けるか、消します。", .en = "put a selector in front, or remove it"}));
    else if (equal_ignoring_case(trim(line.text).substr(0, 7), "v=DKIM1"))
      findings.push_back(finding_at(
          line, "dkim.owner", Severity::error, "RFC 6376 section 3.6.2.1",
          {.ja = fmt::format("鍵が {} にあり、見つけられません。", owner),
           .en = fmt::format("the key stands at {}, where nobody looks for it", owner)},
          {.ja = "セレクター._domainkey.ドメイン に置きます。", .en = "put it at SELECTOR._domainkey.DOMAIN"}));
  }
}

}  // namespace labctl::lint
