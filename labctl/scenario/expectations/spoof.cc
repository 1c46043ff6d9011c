#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace spoof_expectation {

const std::array<std::string, 3> kOutcomes{"blocked", "labelled", "fooled"};

Result<void> check(const config::Value& expected) {
  if (std::ranges::find(kOutcomes, expected.text) != kOutcomes.end()) return {};
  const auto meant = nearest(expected.text, kOutcomes);
  return config::bad_value(
      expected.at, fmt::format("unknown outcome of an attack: '{}'", printable(expected.text)),
      meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(kOutcomes, ", ")));
}

/// What this receiver wrote of DMARC; empty when it wrote nothing.
std::string dmarc_of(const evidence::MailSeen& mail) {
  const auto* dialect = mail::find_dialect(mail.dialect);
  if (dialect == nullptr || !mail.stored) return {};
  const auto results = mail::trusted_results(mail::Message::parse(mail.stored->raw), mail.authserv_id);
  for (const auto& field : results.trusted) {
    const auto reading = dialect->read(field);
    if (const auto found = reading.find("dmarc"); found != reading.end()) return found->second;
  }
  return {};
}

/// An attack of the lessons forges the recipient's own domain.
bool names_victim(const evidence::MailSeen& mail) {
  const std::string victim = to_lower(mail::domain_of(mail.rcpt_to));
  const auto message = mail::Message::parse(mail.stored->raw);
  for (const auto* name : {"From", "Sender", "Resent-From"})
    for (const auto* field : message.all(name))
      if (to_lower(field->raw).find(victim) != std::string::npos) return true;
  return false;
}

/// A message that merely arrives is no successful spoof: what its reader is told counts.
std::string outcome_of(const evidence::MailSeen& mail, const Fate& fate) {
  if (!mail.stored || !names_victim(mail)) return "blocked";
  if (fate.name != "inbox") return "labelled";
  const auto dmarc = dmarc_of(mail);
  return dmarc == "fail" || dmarc == "permerror" ? "labelled" : "fooled";
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& mail = std::get<evidence::MailSeen>(evidence.seen);
  const auto fate = fate_of(mail);
  if (!fate.known) return {no_answer("spoof", expected.text, fate.name, fate.detail)};
  const auto outcome = outcome_of(mail, fate);
  const auto dmarc = dmarc_of(mail);
  std::string told = dmarc.empty() ? std::string() : fmt::format(", dmarc={}", printable(dmarc));
  if (mail.stored && !names_victim(mail)) told += ", without the victim's name in its header";
  return {verdict("spoof", outcome == expected.text, expected.text, outcome,
                  {fmt::format("{}{}", fate.detail.ja, told), fmt::format("{}{}", fate.detail.en, told)})};
}

}  // namespace spoof_expectation

constinit const ExpectationKind kSpoof{.key = "spoof",
                                       .summary =
                                           "what an attack came to: \"blocked\" (not stored, or the victim not named), "
                                           "\"labelled\" (Junk, dmarc=fail), \"fooled\"",
                                       .judges = Leaves::mail,
                                       .types = static_cast<unsigned>(config::Type::string),
                                       .check = spoof_expectation::check,
                                       .judge = spoof_expectation::judge};

}  // namespace labctl::scenario
