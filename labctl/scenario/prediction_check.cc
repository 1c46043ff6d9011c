#include "labctl/scenario/prediction_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/evaluate/ip_address.h"
#include "labctl/mail/address.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"
#include "labctl/scenario/expectations/fate.h"

namespace labctl::scenario {
namespace {

constexpr std::array<std::string_view, 5> kCauseNames{"receiver", "cache", "timing", "unpredictable", "evaluator"};

/// How a receiver is known to deviate: one row a sentence of an RFC that it does not follow.
struct KnownDeviation {
  std::string_view dialect;
  std::string_view what;
  std::string_view predicted;
  std::string_view seen;
  const char* reason_ja;
  const char* reason_en;
};

constexpr const char* kJudgesOnJa =
    "Rspamd は SPF レコードが二つあっても、読めない項があっても、判定を続けます(RFC 7208 4.5、4.6 節は permerror "
    "とします)。";
constexpr const char* kJudgesOnEn =
    "Rspamd judges on, by one of two SPF records or past what it can't read (RFC 7208 sections 4.5 and 4.6: permerror)";
constexpr const char* kBadPolicyJa =
    "Rspamd は p= が読めないと permerror と書きます(RFC 7489 6.6.3 節: rua があれば "
    "p=none、なければレコードは無いものとします)。";
constexpr const char* kBadPolicyEn =
    "Rspamd says permerror of a p= that can't be read (RFC 7489 section 6.6.3: with a rua it is p=none, without one "
    "there "
    "is no record)";

// Each seen with Rspamd 3.4: SPF of the zone "v=spf1 ip4:… -all" and "v=spf1 ~all", DMARC of "p=nonsense".
constexpr std::array kDeviations{
    KnownDeviation{"rspamd", "spf", "permerror", "pass", kJudgesOnJa, kJudgesOnEn},
    KnownDeviation{"rspamd", "spf", "permerror", "fail", kJudgesOnJa, kJudgesOnEn},
    KnownDeviation{"rspamd", "spf", "permerror", "softfail", kJudgesOnJa, kJudgesOnEn},
    KnownDeviation{"rspamd", "dmarc", "none", "permerror", kBadPolicyJa, kBadPolicyEn},
    KnownDeviation{"rspamd", "dmarc", "fail", "permerror", kBadPolicyJa, kBadPolicyEn},
    KnownDeviation{"rspamd", "dmarc", "pass", "permerror", kBadPolicyJa, kBadPolicyEn},
};

/// A refused message has no header: the filter's log names its symbols.
struct SymbolMeaning {
  std::string_view symbol;
  std::string_view method;
  std::string_view result;
};

constexpr std::array kSymbolMeanings{
    SymbolMeaning{"R_SPF_ALLOW(", "spf", "pass"},
    SymbolMeaning{"R_SPF_FAIL(", "spf", "fail"},
    SymbolMeaning{"R_SPF_SOFTFAIL(", "spf", "softfail"},
    SymbolMeaning{"R_SPF_NEUTRAL(", "spf", "neutral"},
    SymbolMeaning{"R_SPF_NA(", "spf", "none"},
    SymbolMeaning{"R_SPF_PERMFAIL(", "spf", "permerror"},
    SymbolMeaning{"R_SPF_DNSFAIL(", "spf", "temperror"},
    SymbolMeaning{"DMARC_POLICY_ALLOW(", "dmarc", "pass"},
    SymbolMeaning{"DMARC_POLICY_SOFTFAIL(", "dmarc", "fail"},
    SymbolMeaning{"DMARC_POLICY_QUARANTINE(", "dmarc", "fail"},
    SymbolMeaning{"DMARC_POLICY_REJECT(", "dmarc", "fail"},
    SymbolMeaning{"DMARC_NA(", "dmarc", "none"},
    SymbolMeaning{"DMARC_BAD_POLICY(", "dmarc", "permerror"},
    SymbolMeaning{"DMARC_DNSFAIL(", "dmarc", "temperror"},
};

void read_header(const evidence::MailSeen& mail, ReceiverSaid& said) {
  const auto results = mail::trusted_results(mail::Message::parse(mail.stored->raw), mail.authserv_id);
  for (const auto& field : results.trusted)
    for (const auto& result : field.results) {
      if (result.method == "spf" && said.spf.empty()) said.spf = result.result;
      if (result.method == "dmarc" && said.dmarc.empty()) said.dmarc = result.result;
      if (result.method != "dkim") continue;
      for (const auto& property : result.properties)
        if (property.ptype == "header" && (property.property == "d" || property.property == "i"))
          said.dkim.push_back({.domain = to_lower(mail::domain_of(property.value)), .result = result.result});
    }
}

/// OpenDMARC's line: "opendmarc[9]: 4D3A21F: m001.mail.nic.example fail".
std::string_view said_by_opendmarc(std::string_view line) {
  if (line.find(" opendmarc[") == std::string_view::npos) return {};
  for (const std::string_view result : {"fail", "pass", "none"})
    if (line.ends_with(result) && line.size() > result.size() && line[line.size() - result.size() - 1] == ' ')
      return result;
  return {};
}

void read_log(const evidence::MailSeen& mail, ReceiverSaid& said) {
  for (const auto& line : mail.filter_log) {
    if (const auto result = said_by_opendmarc(line); !result.empty()) said.dmarc = result;
    for (const auto& row : kSymbolMeanings)
      if (line.find(row.symbol) != std::string::npos) (row.method == "spf" ? said.spf : said.dmarc) = row.result;
    // R_DKIM_ALLOW(0.00){m001.example:s=sel;}
    const std::string_view allow = "R_DKIM_ALLOW(";
    const auto at = line.find(allow);
    const auto open = at == std::string::npos ? at : line.find('{', at);
    const auto colon = open == std::string::npos ? open : line.find(':', open);
    if (colon != std::string::npos)
      said.dkim.push_back({.domain = to_lower(line.substr(open + 1, colon - open - 1)), .result = "pass"});
  }
}

struct Compared {
  std::string_view what;
  std::string predicted;
  std::string seen;
};

std::vector<Compared> compared(const evaluate::Prediction& prediction, const ReceiverSaid& said) {
  const auto& dmarc = *prediction.by_7489;
  return {{"spf", std::string(evaluate::name_of(prediction.spf.result)), said.spf},
          {"dmarc", std::string(evaluate::name_of(dmarc.result)), said.dmarc},
          {"disposition", std::string(evaluate::name_of(dmarc.disposition)), said.disposition}};
}

/// Whether by those zones `what` would have come out as it was seen.
bool explains(const ZoneSnapshot& zones, const evidence::MailSeen& mail, const ReceiverSaid& said,
              const Compared& difference) {
  const auto prediction = predict_mail(zones, mail, said);
  return prediction && std::ranges::any_of(compared(*prediction, said), [&](const Compared& one) {
           return one.what == difference.what && one.predicted == difference.seen;
         });
}

/// Whether DMARC comes out as it was seen when it is given what the receiver made of SPF.
bool follows_from_spf(const ZoneSnapshot& zones, const evidence::MailSeen& mail, const PredictionCheck& check,
                      const Compared& difference) {
  if (difference.what == "spf" || check.said.spf != "pass" || check.predicted.spf.result == evaluate::SpfResult::pass)
    return false;
  evaluate::ZoneResolver resolver(zones);
  const auto dmarc = evaluate::evaluate_dmarc(resolver,
                                              {.from_domain = evaluate::domain_of_address(mail.header_from),
                                               .spf = evaluate::SpfResult::pass,
                                               .spf_domain = check.predicted.spf.domain,
                                               .dkim = check.said.dkim},
                                              evaluate::DmarcRfc::rfc7489);
  return difference.seen ==
         (difference.what == "dmarc" ? evaluate::name_of(dmarc.result) : evaluate::name_of(dmarc.disposition));
}

}  // namespace

std::string_view name_of(DifferenceCause cause) { return kCauseNames[static_cast<std::size_t>(cause)]; }

ReceiverSaid receiver_said(const evidence::MailSeen& mail) {
  ReceiverSaid said;
  const auto fate = fate_of(mail);
  for (const auto& kind : fate_kinds())
    if (fate.known && kind.name == fate.name) said.disposition = kind.dmarc;
  if (mail.stored)
    read_header(mail, said);
  else
    read_log(mail, said);
  return said;
}

Result<evaluate::Prediction> predict_mail(const ZoneSnapshot& zones, const evidence::MailSeen& mail,
                                          const ReceiverSaid& said) {
  const auto address = evaluate::parse_ip(mail.client_address);
  if (!address || mail.header_from.find('@') == std::string::npos)
    return usage_error("the message has no client address or no header From that can be read");
  evaluate::ZoneResolver resolver(zones);
  return evaluate::predict(
      resolver,
      {.client = {.address = *address, .helo = mail.helo, .mail_from = mail.mail_from, .receiver = mail.authserv_id},
       .from = mail.header_from,
       .dkim = said.dkim},
      true, true);
}

const Deviation* listed_deviation(const Scenario& scenario, const Step& step, std::string_view stack) {
  // What was mended is as it should be.
  if (!scenario.row || step.id.ends_with("-again")) return nullptr;
  const auto of = [&](std::string_view name) {
    const auto found = std::ranges::find(scenario.row->deviations, name, &Deviation::stack);
    return found == scenario.row->deviations.end() ? nullptr : &*found;
  };
  const auto* own = of(stack);
  if (own == nullptr) own = of("");
  return own == nullptr || own->section.empty() ? nullptr : own;
}

Result<PredictionCheck> check_prediction(const ZoneSnapshot& before, const ZoneSnapshot& after,
                                         const std::vector<ZoneSnapshot>& earlier, const evidence::MailSeen& mail,
                                         const Deviation* listed) {
  PredictionCheck check{.predicted = {},
                        .said = receiver_said(mail),
                        .differences = {},
                        .listed = listed != nullptr ? listed->section : std::string()};
  LABCTL_ASSIGN(check.predicted, predict_mail(before, mail, check.said));
  for (const auto& one : compared(check.predicted, check.said)) {
    if (one.seen.empty() || one.seen == one.predicted) continue;
    PredictionDifference difference{
        .what = std::string(one.what), .predicted = one.predicted, .seen = one.seen, .reason = {}};
    const auto known = std::ranges::find_if(kDeviations, [&](const KnownDeviation& row) {
      return row.dialect == mail.dialect && row.what == one.what && row.predicted == one.predicted &&
             row.seen == one.seen;
    });
    if (listed != nullptr && listed->section == Deviation::kUnpredictable) {
      difference.cause = DifferenceCause::unpredictable;
      difference.reason = listed->reason;
    } else if (listed != nullptr) {
      difference.cause = DifferenceCause::receiver;
      difference.reason = {.ja = fmt::format("{} ({})", listed->reason.ja, listed->section),
                           .en = fmt::format("{} ({})", listed->reason.en, listed->section)};
    } else if (explains(after, mail, check.said, one)) {
      difference.cause = DifferenceCause::timing;
      difference.reason = {.ja = "送信中にゾーンが変わりました。",
                           .en = "the zone changed while the message was under way"};
    } else if (std::ranges::any_of(earlier,
                                   [&](const ZoneSnapshot& zones) { return explains(zones, mail, check.said, one); })) {
      difference.cause = DifferenceCause::cache;
      difference.reason = {.ja = "受信側は前のレコードで判定しました。キャッシュが残っていました。",
                           .en = "the receiver judged by records of an earlier moment: some cache still had them"};
    } else if (known != kDeviations.end()) {
      difference.cause = DifferenceCause::receiver;
      difference.reason = {.ja = known->reason_ja, .en = known->reason_en};
    } else if (!check.differences.empty() && follows_from_spf(before, mail, check, one)) {
      difference.cause = check.differences.front().cause;
      difference.reason = {.ja = "SPF の結果が違うためです。", .en = "it follows from the other result of SPF"};
    } else {
      difference.reason = {.ja = "説明がつきません。labctl の評価か受信側に誤りがあります。",
                           .en =
                               "nothing explains it: labctl's evaluator is wrong, or the receiver in a way that is "
                               "not known yet"};
    }
    check.differences.push_back(std::move(difference));
  }
  return check;
}

}  // namespace labctl::scenario
