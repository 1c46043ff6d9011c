#include "labctl/scenario/steps/mail_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/dns_trouble.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/topology/intermediary.h"

namespace labctl::scenario {
namespace {

using Via = lab::MailOrder::Via;

constexpr std::array<std::pair<std::string_view, Via>, 3> kVias{
    {{"direct", Via::direct}, {"submission", Via::submission}, {"relay", Via::relay}}};

Result<void> check_address(const config::Value& keys, std::string_view key) {
  const auto* value = keys.find(key);
  if (mail::is_addr_spec(value->text)) return {};
  return config::bad_value(value->at, fmt::format("'{}' is no mail address", printable(value->text)),
                           "write e.g. \"user-a@{zone}\"");
}

Result<void> check_reaches(const config::Value& keys, const topology::Topology& lab) {
  const auto* reaches = keys.find("reaches");
  const auto* rcpt_to = keys.find("rcpt_to");
  if (const auto known = topology::check_reach(lab, mail::domain_of(rcpt_to->text), reaches != nullptr); !known)
    return config::bad_value(rcpt_to->at, known.error().message,
                             reaches == nullptr ? "reaches = \"user-b@{zone}\"" : "leave 'reaches' out");
  return reaches == nullptr ? Result<void>() : check_address(keys, "reaches");
}

std::string shell_word(const std::string& word) {
  return word.find_first_of(" <>\"{}()*?$") == std::string::npos ? word : fmt::format("'{}'", word);
}

}  // namespace

Result<void> check_envelope(const config::Value& keys, const topology::Topology& lab, bool may_be_null) {
  LABCTL_TRY(check_host(keys, "from_host", lab));
  if (const auto* via = keys.find("via")) {
    std::vector<std::string> known;
    for (const auto& [name, value] : kVias) known.emplace_back(name);
    if (std::ranges::find(known, via->text) == known.end()) {
      const auto meant = nearest(via->text, known);
      return config::bad_value(
          via->at, fmt::format("unknown way '{}' to send", printable(via->text)),
          meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
    }
  }
  if (!may_be_null || keys.text_of("mail_from") != "<>") LABCTL_TRY(check_address(keys, "mail_from"));
  LABCTL_TRY(check_address(keys, "rcpt_to"));
  return check_reaches(keys, lab);
}

Result<void> check_mail(const config::Value& keys, const topology::Topology& lab) {
  return check_envelope(keys, lab, false);
}

lab::MailOrder order_of(const config::Value& keys) {
  const std::string via = keys.text_of("via", "direct");
  return {.from_host = keys.text_of("from_host"),
          .via = std::ranges::find(kVias, via, &std::pair<std::string_view, Via>::first)->second,
          .helo = keys.text_of("helo"),
          .mail_from = keys.text_of("mail_from") == "<>" ? std::string() : keys.text_of("mail_from"),
          .rcpt_to = keys.text_of("rcpt_to"),
          .reaches = keys.text_of("reaches")};
}

lab::MailOrder order_of(const StepContext& context) {
  auto order = order_of(context.keys);
  order.follows = context.after_mail;
  order.host_fault = context.keys.find("host_fault") != nullptr && context.keys.find("host_fault")->boolean;
  return order;
}

Result<Observation> mail_seen(const StepContext& context, Result<evidence::MailSeen> mail) {
  if (!mail && mail.error().kind == ErrorKind::interrupted) return std::unexpected(mail.error());
  if (mail && !dns_trouble(*mail)) return seen(*std::move(mail));
  // Behind many a trouble is a name server without an answer; it is asked at once, since later it may have one again.
  const auto looked = context.ports.zones.apply({.zone = context.participant.zone, .remove = {}, .add = {}});
  if (mail) {
    if (!looked) mail->dns_trouble = looked.error().where;
    return seen(*std::move(mail));
  }
  if (looked || looked.error().where.empty()) return std::unexpected(mail.error());
  Error error = looked.error();
  error.message += fmt::format("; {}: {}", mail.error().where, mail.error().message);
  return std::unexpected(std::move(error));
}

Result<Observation> recognize_mail(const StepContext& context, const Opened& opened, const std::string& header_from) {
  const auto order = order_of(context);
  LABCTL_ASSIGN(auto found, context.ports.mail.recognize({.from_host = order.from_host,
                                                          .mail_from = order.mail_from,
                                                          .rcpt_to = order.rcpt_to,
                                                          .header_from = header_from,
                                                          .reaches = order.reaches},
                                                         opened.mail));
  if (!found)
    return missing(fmt::format("no message from {} to {} has come from {} since this step was opened", order.mail_from,
                               order.rcpt_to, order.from_host));
  return mail_seen(context, *std::move(found));
}

std::vector<std::string> swaks_commands(const StepContext& context, const std::vector<std::string>& more) {
  const auto order = order_of(context);
  const auto& lab = context.ports.topology;
  const auto* host = lab.find_host(order.from_host);
  const auto* receiver = lab.find_host(context.participant.receiver);
  std::vector<std::string> words{"swaks"};
  if (order.via == Via::direct) {
    const auto* entry = lab.intermediary_of(mail::domain_of(order.rcpt_to));
    words.insert(words.end(), {"--server", (entry != nullptr ? entry : receiver)->fqdn});
  } else {
    words.insert(words.end(), {"--server", host->fqdn});
    if (order.via == Via::submission) {
      const auto own = context.ports.credentials.participants.find(context.participant.id);
      words.insert(words.end(), {"--port", "587", "--tls", "--auth-user",
                                 fmt::format("{}@{}", topology::kUserA, context.participant.zone), "--auth-password",
                                 own != context.ports.credentials.participants.end() ? own->second.password : "…"});
    }
  }
  if (!order.helo.empty()) words.insert(words.end(), {"--helo", order.helo});
  words.insert(words.end(), {"--from", order.mail_from, "--to", order.rcpt_to});
  words.insert(words.end(), more.begin(), more.end());
  std::string line = prompt(order.from_host, false);
  for (std::size_t i = 0; i < words.size(); ++i) line += (i == 0 ? "" : " ") + shell_word(words[i]);
  auto lines = way_to(context, order.from_host, false);
  lines.push_back(std::move(line));
  return lines;
}

}  // namespace labctl::scenario
