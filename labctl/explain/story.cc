#include "labctl/explain/story.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/public_suffix.h"
#include "labctl/explain/sentences.h"
#include "labctl/mail/address.h"
#include "labctl/mail/attribution.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/received.h"
#include "labctl/mail/spamd_result.h"
#include "labctl/mail/trust.h"

namespace labctl::explain {
namespace {

std::string domain_of(std::string_view address) { return evaluate::normal_name(mail::domain_of(address)); }

std::string first_of(const mail::AuthReading& reading, std::string_view key) {
  const auto found = reading.find(key);
  return found == reading.end() ? std::string() : found->second;
}

/// The value of one property of one result; its first name that is there.
std::string property_of(const mail::AuthResult& result, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    for (const auto& property : result.properties)
      if (property.ptype + "." + property.property == name && !property.value.empty()) return property.value;
  return {};
}

Alignment alignment_of(const std::string& domain, const std::string& from) {
  if (domain == from) return Alignment::same;
  return evaluate::listed_organizational_domain(domain) == evaluate::listed_organizational_domain(from)
             ? Alignment::organizational
             : Alignment::none;
}

/// Where the receiver got the message: its own Received over SMTP, and which name it goes by.
std::optional<mail::Received> own_received(const mail::Message& message, const std::string& receiver) {
  for (const auto* field : message.all("Received")) {
    auto received = mail::parse_received(field->raw);
    if (received.is_smtp() && (receiver.empty() || equal_ignoring_case(received.by, receiver))) return received;
  }
  return std::nullopt;
}

/// By what only one kind of receiver writes.
std::string guessed_dialect(const mail::Message& message, const std::string& receiver) {
  if (receiver == "mx.google.com") return "gmail";
  if (receiver.ends_with("yahoo.com")) return "yahoo";
  for (const char* name : {"X-Spamd-Result", "X-Rspamd-Pre-Result", "X-Rspamd-Server", "X-Rspamd-Action"})
    if (message.first(name) != nullptr) return "rspamd";
  for (const auto* field : message.all("Authentication-Results"))
    if (field->raw.find("(policy=") != std::string::npos) return "rspamd";
  return "opendmarc";
}

Check check_of(const mail::AuthResult& result, const std::string& from) {
  Check check{.method = result.method, .result = result.result, .domain = {}, .alignment = std::nullopt, .text = {}};
  if (result.method == "spf") {
    check.domain = property_of(result, {"smtp.mailfrom", "smtp.mail", "smtp.helo"});
  } else if (result.method == "dkim") {
    check.domain = property_of(result, {"header.d", "header.i"});
  } else if (result.method == "dmarc") {
    check.domain = property_of(result, {"header.from"});
  }
  if (!check.domain.empty()) check.domain = domain_of(check.domain);
  if (result.result == "pass" && !from.empty() && !check.domain.empty() &&
      (result.method == "spf" || result.method == "dkim"))
    check.alignment = alignment_of(check.domain, from);
  return check;
}

Disposition disposition_of(const mail::Message& message, const Story& story, const std::string& told) {
  auto found = mail::attribute({.dialect = story.dialect, .authserv_id = story.receiver, .stored = &message});
  Disposition disposition{.what = "none", .cause = {}, .evidence = std::move(found.evidence), .text = {}};
  if (found.cause != "nothing" && found.cause != "unknown") disposition.cause = std::move(found.cause);
  if (!disposition.cause.empty())
    disposition.what = "quarantine";
  else if (!told.empty())
    disposition.what = told;
  const auto* field = message.first("X-Spamd-Result");
  disposition.text = sentence_of(disposition, field != nullptr ? mail::parse_spamd_result(field->raw) : std::nullopt);
  return disposition;
}

bool passed(const std::vector<Check>& checks, std::string_view method) {
  return std::ranges::any_of(checks,
                             [&](const Check& check) { return check.method == method && check.result == "pass"; });
}

}  // namespace

std::string_view name_of(Alignment alignment) {
  switch (alignment) {
    case Alignment::same:
      return "same";
    case Alignment::organizational:
      return "organizational";
    case Alignment::none:
      return "none";
  }
  return "none";
}

Result<Story> tell(const mail::Message& message, const Reading& known) {
  Story story{.receiver = known.receiver, .dialect = known.dialect};
  const auto received = own_received(message, known.receiver);
  if (!received)
    return usage_error(known.receiver.empty()
                           ? "the message has no Received field of a receiver (RFC 5321 section 4.4)"
                           : fmt::format("the message has no Received field of {}", printable(known.receiver)),
                       {}, "explain takes a received message with its whole header, as the mailbox has it");
  story.receiver = received->by;
  const auto results = mail::trusted_results(message, story.receiver);
  if (results.trusted.empty())
    return usage_error(fmt::format("{} wrote no Authentication-Results field into this message; {} of others are not "
                                   "believed",
                                   printable(story.receiver), results.foreign.size()),
                       {}, "labctl authres parse shows every field, whoever wrote it");

  if (story.dialect.empty()) story.dialect = guessed_dialect(message, story.receiver);
  const auto* dialect = mail::find_dialect(story.dialect);
  if (dialect == nullptr) {
    std::vector<std::string> names;
    for (const auto& one : mail::dialects()) names.emplace_back(one.name);
    return usage_error(fmt::format("there is no dialect '{}'", printable(story.dialect)), {},
                       fmt::format("one of {}", join(names, ", ")));
  }

  auto& who = story.identities;
  who.client_address = received->client_address;
  who.client_name = received->client_name;
  who.helo = received->helo;
  if (const auto* field = message.first("Return-Path")) who.mail_from = trim(field->value());
  std::erase_if(who.mail_from, [](char c) { return c == '<' || c == '>'; });
  if (const auto* field = message.first("From")) who.header_from = mail::first_address(field->value()).value_or("");
  const std::string from = who.header_from.empty() ? "" : domain_of(who.header_from);

  mail::AuthReading reading;
  for (const auto& field : results.trusted) {
    reading.merge(dialect->read(field));
    for (const auto& result : field.results) {
      story.checks.push_back(check_of(result, from));
      if (result.method == "spf" && who.mail_from.empty())
        who.mail_from = property_of(result, {"smtp.mailfrom", "smtp.mail"});
    }
  }
  for (const auto& check : story.checks)
    if (check.method == "dkim" && !check.domain.empty()) who.dkim_domains.push_back(check.domain);
  story.policy = first_of(reading, "dmarc.policy");
  for (auto& check : story.checks) check.text = sentence_of(check, story, from);
  story.disposition = disposition_of(message, story, first_of(reading, "dmarc.disposition"));
  if (!passed(story.checks, "dmarc")) story.remedies = remedies_for(story, from);
  if (!results.foreign.empty()) story.notes.push_back(note_of_foreign(results.foreign.size(), story.receiver));
  if (const auto claimed = message.all("X-Claimed-Authentication-Results").size(); claimed > 0)
    story.notes.push_back(note_of_claimed(claimed, story.receiver));
  return story;
}

}  // namespace labctl::explain
