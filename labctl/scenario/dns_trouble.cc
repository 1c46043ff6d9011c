#include "labctl/scenario/dns_trouble.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"

namespace labctl::scenario {
namespace {

/// Rspamd's symbols of a check that the DNS did not answer.
constexpr std::array<std::string_view, 3> kFilterSymbols{"R_SPF_DNSFAIL(", "R_DKIM_TEMPFAIL(", "DMARC_DNSFAIL("};

/// The check without an answer; empty when there is none.
std::string unanswered_check(const evidence::MailSeen& mail) {
  if (mail.stored)
    for (const auto& field : mail::trusted_results(mail::Message::parse(mail.stored->raw), mail.authserv_id).trusted)
      for (const auto& result : field.results)
        if (result.result == "temperror") return result.method + "=temperror";
  for (const auto& line : mail.filter_log)
    for (const auto symbol : kFilterSymbols)
      if (line.find(symbol) != std::string::npos) return std::string(symbol.substr(0, symbol.size() - 1));
  return {};
}

}  // namespace

std::optional<LocalText> dns_trouble(const evidence::MailSeen& mail) {
  const std::string check = unanswered_check(mail);
  if (check.empty()) return std::nullopt;
  const std::string where = mail.dns_trouble.empty() ? std::string("resolver") : mail.dns_trouble;
  return LocalText{fmt::format("{}: {}のフィルタがDNSの応答を得られませんでした ({})", where, mail.receiver, check),
                   fmt::format("{}: the filter of {} got no answer from the DNS ({})", where, mail.receiver, check)};
}

}  // namespace labctl::scenario
