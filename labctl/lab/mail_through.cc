// Following a message through forwarders and lists, by their logs.
#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/mail_port.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/topology/intermediary.h"

namespace labctl::lab {
namespace {

/// A list manager's queues are looked at once in a while.
constexpr Patience kThrough{.total = Milliseconds{40'000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};

/// A message as one of them handed it to the receiver.
struct HandedOn {
  const topology::HostSpec* host = nullptr;
  MailTrail trail;
  LoggedDelivery delivery;
};

/// The same message keeps its Message-ID on its way (RFC 5322 section 3.6.4), whatever becomes of its envelope.
std::vector<MailTrail> trails_with(const std::vector<MailLogLine>& lines, std::string_view message_id) {
  auto trails = trails_in(lines);
  std::erase_if(trails, [&](const MailTrail& trail) { return trail.message_id != message_id; });
  return trails;
}

std::optional<HandedOn> handed_on_in(const IntermediaryLog& log, const std::vector<MailLogLine>& lines,
                                     const MailCourse& course) {
  for (auto& trail : trails_with(lines, course.message_id))
    for (const auto& delivery : trail.deliveries)
      if (mail::same_address(delivery.to, course.rcpt_to)) return HandedOn{log.host, trail, delivery};
  return std::nullopt;
}

/// The last thing that any of them said about the message.
std::string last_word(const MailCourse& course) {
  std::string word = "none of them has seen it";
  for (const auto& one : course.intermediaries) {
    const auto lines = one.lines();
    if (!lines) continue;
    for (const auto& trail : trails_with(*lines, course.message_id))
      if (!trail.lines.empty())
        word = fmt::format("the last line about it on {}: {}", one.host->name, printable(trail.lines.back()));
  }
  return word;
}

}  // namespace

Result<const topology::HostSpec*> MailPortImpl::entry_of(const std::string& rcpt_to) const {
  const auto domain = mail::domain_of(rcpt_to);
  if (const auto* host = topology_.intermediary_of(domain)) return host;
  for (const auto& one : topology::intermediaries())
    if (equal_ignoring_case(topology::mail_domain_of(one, topology_), domain))
      return usage_error(fmt::format("the lab has no host '{}', which takes mail for {}", one.name, domain), {},
                         fmt::format("labctl --lab {} up --with {}", topology_.lab, one.name));
  return usage_error(fmt::format("no forwarder and no list takes mail for '{}'", printable(rcpt_to)));
}

Result<std::vector<IntermediaryLog>> MailPortImpl::intermediary_logs() {
  std::vector<IntermediaryLog> logs;
  for (const auto& host : topology_.hosts) {
    if (host.mail_domain.empty()) continue;
    LABCTL_ASSIGN(auto* const log, log_of(host, kMailLog));
    logs.push_back({.host = &host, .log = log});
  }
  return logs;
}

Result<void> MailPortImpl::follow_intermediaries(const MailCourse& course, evidence::MailSeen& seen) {
  const auto& dialogue = *seen.dialogue;
  if (!dialogue.accepted()) {
    const auto said = fmt::format("{} {} {}", dialogue.reply.code, dialogue.reply.enhanced_code, dialogue.reply.text);
    if (dialogue.reply.code / 100 == 5) return {};  // The receiver never saw it; the dialogue says why.
    return std::unexpected(
        placed({ErrorKind::lab, fmt::format("it could not take the message: {}", printable(said)), {}, {}},
               *course.entry, course.entry->has(topology::Role::sealer) ? "rspamd" : "postfix"));
  }
  std::optional<HandedOn> handed;
  const auto waited = wait_until(
      clock_, kThrough, fmt::format("{} to bring the message to {}", course.entry->name, course.rcpt_to),
      [&]() -> Result<bool> {
        for (const auto& one : course.intermediaries) {
          const auto lines = one.lines();
          if (!lines) return std::unexpected(placed(lines.error(), *one.host, "postfix"));
          handed = handed_on_in(one, *lines, course);
          if (handed) return true;
        }
        return false;
      },
      stop_);
  if (!waited) {
    if (waited.error().kind == ErrorKind::interrupted) return waited;
    Error error =
        placed(waited.error(), *course.entry, course.entry->has(topology::Role::list) ? "mailman3" : "postfix");
    error.message += "; " + last_word(course);
    return std::unexpected(std::move(error));
  }
  seen.intermediary_log = handed->trail.lines;
  seen.from_host = handed->host->name;
  seen.client_address = handed->host->address;
  seen.helo = handed->host->fqdn;
  seen.mail_from = handed->trail.mail_from.value_or("");
  seen.receiver_reply = reply_in(handed->delivery);
  if (!seen.receiver_reply)
    return std::unexpected(placed({ErrorKind::lab,
                                   fmt::format("it could not hand the message to {} ({}): {}", course.receiver->name,
                                               handed->delivery.status, printable(handed->delivery.detail)),
                                   {},
                                   {}},
                                  *handed->host, "postfix"));
  seen.receiver_queue_id = queued_as(handed->delivery.detail);
  MailCourse last = course;
  last.sender = handed->host;
  last.own_log = nullptr;
  last.mail_from = seen.mail_from;
  LABCTL_TRY(follow_reply(last, seen));
  if (!seen.stored) return {};
  // A list may have put its own name there.
  const auto stored = mail::Message::parse(seen.stored->raw);
  if (const auto* from = stored.first("From")) seen.header_from = mail::first_address(from->value()).value_or("");
  return {};
}

Result<bool> MailPortImpl::came_through(const std::vector<IntermediaryLog>& logs, const MailPattern& pattern,
                                        std::string_view message_id) {
  const auto* sender = topology_.find_host(pattern.from_host);
  if (message_id.empty()) return false;
  for (const auto& one : logs) {
    const auto lines = one.lines();
    if (!lines) return std::unexpected(placed(lines.error(), *one.host, "postfix"));
    for (const auto& trail : trails_with(*lines, message_id))
      if ((sender == nullptr || trail.client.address == sender->address) &&
          std::ranges::any_of(trail.rcpt_to,
                              [&](const auto& rcpt) { return mail::same_address(rcpt, pattern.rcpt_to); }))
        return true;
  }
  return false;
}

}  // namespace labctl::lab
