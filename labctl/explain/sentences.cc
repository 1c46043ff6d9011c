#include "labctl/explain/sentences.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::explain {
namespace {

std::string client_of(const Story& story) {
  return story.identities.client_address.empty() ? "the client" : printable(story.identities.client_address);
}

LocalText of_spf(const Check& check, const Story& story) {
  const auto domain = printable(check.domain);
  const auto client = client_of(story);
  if (check.result == "pass")
    return {fmt::format("{} のSPFレコードは {} からの送信を許可しています。", domain, client),
            fmt::format("the SPF record of {} allows {} to send.", domain, client)};
  if (check.result == "none")
    return {fmt::format("{} にはSPFレコードがありません。", domain), fmt::format("{} has no SPF record.", domain)};
  if (check.result == "fail")
    return {fmt::format("{} のSPFレコードは {} からの送信を許可していません (-all)。", domain, client),
            fmt::format("the SPF record of {} does not allow {} to send (-all).", domain, client)};
  if (check.result == "softfail")
    return {fmt::format("{} のSPFレコードに {} はありませんが、断定もしていません (~all)。", domain, client),
            fmt::format("{} is not in the SPF record of {}, which does not insist (~all).", client, domain)};
  if (check.result == "neutral")
    return {fmt::format("{} のSPFレコードは {} について何も言っていません (?all)。", domain, client),
            fmt::format("the SPF record of {} says nothing about {} (?all).", domain, client)};
  if (check.result == "permerror")
    return {fmt::format("{} のSPFレコードに誤りがあり、評価できません。", domain),
            fmt::format("the SPF record of {} is broken and can't be evaluated.", domain)};
  return {fmt::format("{} のSPFは、DNSの応答が得られず評価できませんでした。", domain),
          fmt::format("SPF of {} could not be evaluated: the DNS did not answer.", domain)};
}

LocalText of_dkim(const Check& check) {
  const auto domain = printable(check.domain);
  if (check.result == "none") return {"署名がありません。", "the message is not signed."};
  if (check.result == "pass")
    return {fmt::format("{} の署名は正しく、署名後に変更されていません。", domain),
            fmt::format("the signature of {} is good: what it covers was not changed.", domain)};
  if (check.result == "fail")
    return {fmt::format("{} の署名が一致しません。署名後に変更されたか、鍵が違います。", domain),
            fmt::format("the signature of {} does not match: changed after signing, or another key.", domain)};
  if (check.result == "temperror")
    return {fmt::format("{} の公開鍵について、DNSの応答が得られませんでした。", domain),
            fmt::format("the key of {} could not be asked for: the DNS did not answer.", domain)};
  return {fmt::format("{} の署名は使えません ({})。セレクタの公開鍵レコードを確認してください。", domain,
                      printable(check.result)),
          fmt::format("the signature of {} is of no use ({}): look at the selector's key record.", domain,
                      printable(check.result))};
}

LocalText of_dmarc(const Check& check, const Story& story, const std::string& from) {
  const auto domain = printable(check.domain.empty() ? from : check.domain);
  if (check.result == "pass")
    return {fmt::format("{} を名乗ることが、揃った (アラインした) 認証で裏付けられました。", domain),
            fmt::format("an aligned pass bears out that it is from {}.", domain)};
  if (check.result == "none")
    return {fmt::format("{} にはDMARCレコードがなく、この名前は守られていません。", domain),
            fmt::format("{} has no DMARC record: nothing protects its name.", domain)};
  if (check.result == "fail")
    return {fmt::format("{} を名乗っていますが、揃った (アラインした) passがありません{}。", domain,
                        story.policy.empty() ? "" : fmt::format(" (ポリシー p={})", printable(story.policy))),
            fmt::format("it says it is from {}, and no aligned pass bears that out{}.", domain,
                        story.policy.empty() ? "" : fmt::format(" (policy p={})", printable(story.policy)))};
  return {fmt::format("{} のDMARCレコードを評価できませんでした ({})。", domain, printable(check.result)),
          fmt::format("the DMARC record of {} could not be evaluated ({}).", domain, printable(check.result))};
}

LocalText of_alignment(const Check& check, const std::string& from) {
  switch (*check.alignment) {
    case Alignment::same:
      return {fmt::format(" ヘッダFromの {} と同じドメインです。", printable(from)),
              fmt::format(" Aligned: the header From has the same domain.")};
    case Alignment::organizational:
      return {fmt::format(" ヘッダFromの {} とは組織ドメインが同じです (relaxedなら揃います)。", printable(from)),
              fmt::format(" Aligned if relaxed: {} has the same organizational domain.", printable(from))};
    case Alignment::none:
      break;
  }
  return {fmt::format(" ただしヘッダFromは {} で、揃っていません。", printable(from)),
          fmt::format(" Not aligned: the header From is of {}.", printable(from))};
}

/// The symbols that count most, up to four.
std::string heaviest(const mail::SpamdResult& result) {
  auto symbols = result.symbols;
  std::erase_if(symbols, [](const mail::Symbol& symbol) { return symbol.score <= 0; });
  std::ranges::stable_sort(symbols, std::ranges::greater{}, &mail::Symbol::score);
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, symbols.size()); ++i)
    text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", printable(symbols[i].name), symbols[i].score);
  return text;
}

bool has(const Story& story, std::string_view method, std::string_view result) {
  return std::ranges::any_of(story.checks,
                             [&](const Check& check) { return check.method == method && check.result == result; });
}

}  // namespace

LocalText sentence_of(const Check& check, const Story& story, const std::string& from) {
  LocalText text;
  if (check.method == "spf")
    text = of_spf(check, story);
  else if (check.method == "dkim")
    text = of_dkim(check);
  else if (check.method == "dmarc")
    text = of_dmarc(check, story, from);
  else
    text = {fmt::format("受信側が {} と書いています。", printable(check.result)),
            fmt::format("the receiver says {}.", printable(check.result))};
  if (check.alignment) {
    const auto aligned = of_alignment(check, from);
    text.ja += aligned.ja;
    text.en += aligned.en;
  }
  return text;
}

LocalText sentence_of(const Disposition& disposition, const std::optional<mail::SpamdResult>& score) {
  LocalText text;
  if (disposition.cause == "dmarc")
    text = {"DMARCポリシーにより隔離 (迷惑メール扱い) されました。", "set aside as junk, because of the DMARC policy."};
  else if (disposition.cause == "spam")
    text = {"スコアにより迷惑メール扱いになりました。", "set aside as junk, because of its spam score."};
  else if (!disposition.cause.empty())
    text = {fmt::format("{} により扱いが決まりました。", printable(disposition.cause)),
            fmt::format("decided by {}.", printable(disposition.cause))};
  else if (disposition.what == "quarantine" || disposition.what == "reject")
    text = {fmt::format("受信側はDMARCポリシーとして {} を適用したと書いています。", disposition.what),
            fmt::format("the receiver says that it applied {} by the DMARC policy.", disposition.what)};
  else
    text = {"そのまま配送されました。", "delivered as it is."};
  if (!score) return text;
  const auto counted = heaviest(*score);
  const std::string figures =
      fmt::format("{:.2f} / {:.2f}{}", score->score, score->required, counted.empty() ? "" : ": " + counted);
  text.ja += fmt::format(" スコア {}。", figures);
  text.en += fmt::format(" Score {}.", figures);
  return text;
}

std::vector<LocalText> remedies_for(const Story& story, const std::string& from) {
  if (from.empty())
    return {{"ヘッダFromが読めません。1つのアドレスにしてください。",
             "the header From can't be read: it must be one address (RFC 5322 section 3.6.2)."}};
  std::vector<LocalText> remedies;
  const auto domain = printable(from);
  const bool no_record = has(story, "dmarc", "none");
  if (no_record)
    remedies.push_back({fmt::format("_dmarc.{} にDMARCレコードを公開する。", domain),
                        fmt::format("publish a DMARC record at _dmarc.{}.", domain)});
  if (has(story, "spf", "pass"))
    remedies.push_back({fmt::format("エンベロープFromを {} のドメインにする (SPFを揃える)。", domain),
                        fmt::format("use {} in the envelope From, so that SPF is aligned.", domain)});
  else
    remedies.push_back(
        {fmt::format("正当な送信なら、{} を {} のSPFレコードに加える。", client_of(story), domain),
         fmt::format("if this is their own mail: put {} into the SPF record of {}.", client_of(story), domain)});
  remedies.push_back({fmt::format("d={} で署名し、公開鍵を公開する。", domain),
                      fmt::format("sign it with d={}, and publish the key.", domain)});
  return remedies;
}

LocalText note_of_foreign(std::size_t fields, const std::string& receiver) {
  return {fmt::format("他者が書いたAuthentication-Resultsが {} 件ありますが、{} が書いたものだけを信じています。",
                      fields, printable(receiver)),
          fmt::format("{} Authentication-Results field{} of others came with it; only what {} wrote is believed.",
                      fields, fields == 1 ? "" : "s", printable(receiver))};
}

LocalText note_of_claimed(std::size_t fields, const std::string& receiver) {
  return {fmt::format("送信側が {} の名を騙ったAuthentication-Resultsが {} 件あり、受信側が名前を変えました "
                      "(X-Claimed-…)。攻撃の証拠です。",
                      printable(receiver), fields),
          fmt::format("{} Authentication-Results field{} that claimed to be of {} came with it and got another name "
                      "(X-Claimed-...): a sign of an attack.",
                      fields, fields == 1 ? "" : "s", printable(receiver))};
}

}  // namespace labctl::explain
