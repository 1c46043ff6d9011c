// Recognizing a message that a person sent, by the receiver's log.
#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/filter_log.h"
#include "labctl/lab/mail_port.h"
#include "labctl/lab/milter_log.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"

namespace labctl::lab {
namespace {

constexpr Patience kOnItsWay{.total = Milliseconds{5000}, .first = Milliseconds{5}, .longest = Milliseconds{100}};

/// What the client called itself: "from HELO (name [address])" in the topmost Received field (RFC 5321 section 4.4).
std::string helo_of(const mail::Message& message) {
  const auto* received = message.first("Received");
  if (received == nullptr) return {};
  const auto words = split(received->value(), ' ');
  return words.size() > 1 && equal_ignoring_case(words[0], "from") ? words[1] : std::string{};
}

std::string header_from_of(const mail::Message& message) {
  const auto* from = message.first("From");
  return from == nullptr ? std::string{} : mail::first_address(from->value()).value_or("");
}

/// The same header From, as far as it is known: OpenDMARC tells the domain only.
bool is_from(std::string_view known, std::string_view wanted) {
  if (known.empty() || known.find('@') != std::string_view::npos) return mail::same_address(known, wanted);
  return equal_ignoring_case(known, mail::domain_of(wanted));
}

/// The envelope and the client match; what isn't known yet doesn't speak against it.
bool may_match(const MailTrail& trail, const MailCourse& course, const MailPattern& pattern) {
  const auto to_us = [&](const std::string& rcpt) { return mail::same_address(rcpt, course.rcpt_to); };
  if (!course.intermediaries.empty())
    return std::ranges::any_of(course.intermediaries,
                               [&](const auto& one) { return one.host->address == trail.client.address; }) &&
           (trail.rcpt_to.empty() || std::ranges::any_of(trail.rcpt_to, to_us));
  if (course.sender != nullptr && trail.client.address != course.sender->address) return false;
  if (trail.mail_from && !mail::same_address(*trail.mail_from, pattern.mail_from)) return false;
  return trail.rcpt_to.empty() || std::ranges::any_of(trail.rcpt_to, to_us);
}

/// A message of that sender that a forwarder or a list has, and has not handed on to the receiver.
bool is_between(const MailCourse& course, const MailPattern& pattern) {
  std::vector<MailTrail> trails;
  for (const auto& one : course.intermediaries)
    if (const auto lines = one.lines())
      for (auto& trail : trails_in(*lines)) trails.push_back(std::move(trail));
  const auto entered = [&](const MailTrail& trail) {
    return (course.sender == nullptr || trail.client.address == course.sender->address) && !trail.refusal &&
           (!trail.mail_from || mail::same_address(*trail.mail_from, pattern.mail_from)) &&
           (trail.rcpt_to.empty() || std::ranges::any_of(trail.rcpt_to, [&](const std::string& rcpt) {
              return mail::same_address(rcpt, pattern.rcpt_to);
            }));
  };
  const auto is_handed_on = [&](const std::string& message_id) {
    return std::ranges::any_of(trails, [&](const MailTrail& trail) {
      return trail.message_id == message_id &&
             std::ranges::any_of(trail.deliveries, [&](const LoggedDelivery& delivery) {
               return mail::same_address(delivery.to, course.rcpt_to);
             });
    });
  };
  return std::ranges::any_of(trails,
                             [&](const MailTrail& trail) { return entered(trail) && !is_handed_on(trail.message_id); });
}

}  // namespace

Result<std::optional<evidence::MailSeen>> MailPortImpl::recognize(const MailPattern& pattern, const MailMark& mark) {
  const auto* participant = topology_.find_participant(mark.participant);
  if (participant == nullptr)
    return usage_error(fmt::format("the lab has no participant '{}'", printable(mark.participant)));
  const auto& receiver = *topology_.find_host(participant->receiver);
  LABCTL_ASSIGN(auto course, course_to(receiver, pattern.reaches.empty() ? pattern.rcpt_to : pattern.reaches));
  if (!pattern.reaches.empty()) {
    LABCTL_TRY(entry_of(pattern.rcpt_to));
    LABCTL_ASSIGN(course.intermediaries, intermediary_logs());
  }
  course.mail_from = pattern.mail_from;
  if (!pattern.from_host.empty()) {
    LABCTL_TRY(hosts_.find(pattern.from_host));
    course.sender = topology_.find_host(pattern.from_host);
  }
  // A receiver that was reset since has a new log and new mailboxes: all in them is newer than the mark.
  LABCTL_ASSIGN(const auto inode, inode_of(receiver));
  auto continues = course.receiver_log->continues_at(mark.log_offset);
  if (!continues) return std::unexpected(placed(continues.error(), receiver, "postfix"));
  const bool same_log = inode == mark.log_inode && *continues;
  course.receiver_from = same_log ? mark.log_offset : 0;
  // UIDs of the mark are user-a's.
  const bool same_mailbox =
      same_log && mail::same_address(course.mailbox.user, fmt::format("{}@{}", topology::kUserA, participant->zone));
  const auto since = same_mailbox ? mark.uid_next : Mailboxes::UidNext{};

  Recognized recognized;
  const auto waited = wait_until(
      clock_, kOnItsWay, "the message on its way to reach its end",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(recognized, newest_match(course, pattern, since));
        return !recognized.pending;
      },
      stop_);
  if (!waited && waited.error().kind != ErrorKind::timeout) return std::unexpected(waited.error());
  return std::move(recognized.seen);
}

Result<MailPortImpl::Recognized> MailPortImpl::newest_match(const MailCourse& course, const MailPattern& pattern,
                                                            const Mailboxes::UidNext& since) {
  LABCTL_ASSIGN(const auto lines, course.receiver_lines());
  auto trails = trails_in(lines);
  std::ranges::reverse(trails);

  bool pending = false;
  for (const auto& trail : trails) {
    if (!may_match(trail, course, pattern)) continue;
    if (const auto* delivery = trail.last_delivery();
        delivery != nullptr && delivery->status == "deferred" && !trail.ended())
      return std::unexpected(not_stored(course, trail.queue_id, *delivery));
    if (trail.refusal && trail.refusal->milter_away())
      return std::unexpected(undecided(course,
                                       fmt::format("{} {} {}", trail.refusal->reply.code,
                                                   trail.refusal->reply.enhanced_code, trail.refusal->reply.text),
                                       lines));
    if (!trail.ended()) {
      pending = true;
      continue;
    }
    LABCTL_ASSIGN(auto seen, examine(trail, course, pattern, since));
    if (seen) return Recognized{std::move(seen), pending};
  }
  return Recognized{std::nullopt, pending || is_between(course, pattern)};
}

Result<std::optional<evidence::MailSeen>> MailPortImpl::examine(const MailTrail& trail, const MailCourse& course,
                                                                const MailPattern& pattern,
                                                                const Mailboxes::UidNext& since) {
  evidence::MailSeen seen{.client_address = trail.client.address,
                          .mail_from = trail.mail_from.value_or(pattern.mail_from),
                          .rcpt_to = course.rcpt_to,
                          .receiver = course.receiver->name,
                          .authserv_id = course.receiver->fqdn,
                          .dialect = course.dialect(),
                          .receiver_queue_id = trail.queue_id,
                          .receiver_log = trail.lines};
  const auto client = std::ranges::find(topology_.hosts, trail.client.address, &topology::HostSpec::address);
  if (client != topology_.hosts.end()) seen.from_host = client->name;
  if (trail.refusal) {
    seen.helo = trail.refusal->helo;
    if (!trail.refusal->discarded) seen.receiver_reply = trail.refusal->reply;
  }
  if (!trail.queue_id.empty()) {
    const auto* delivery = trail.last_delivery();
    const bool saved = delivery != nullptr && delivery->status == "sent";
    LABCTL_TRY(find_stored(course, "Received", trail.queue_id, saved ? kSaved : Milliseconds::zero(), seen, since));
  }
  if (seen.stored) {
    const auto message = mail::Message::parse(seen.stored->raw);
    seen.header_from = header_from_of(message);
    seen.helo = helo_of(message);
  }
  // The header of a message that was not stored is known to the filter only.
  if (course.filter_log != nullptr && !trail.queue_id.empty()) {
    auto log = course.filter_log->since(0);
    if (!log) return std::unexpected(placed(log.error(), *topology_.find_host(course.filter), "rspamd"));
    if (const auto verdict = filter_verdict_of(*log, trail.queue_id, trail.client.address)) {
      seen.filter_log = filter_lines_of(*log, *verdict);
      if (!seen.stored) seen.header_from = mail::first_address(verdict->mime_from).value_or(verdict->mime_from);
    }
  }
  if (course.milter_host != nullptr && !trail.queue_id.empty()) {
    auto journal = milter_journal(*course.milter_host);
    if (!journal) return std::unexpected(placed(journal.error(), *course.receiver, "opendmarc"));
    seen.filter_log = milter_lines_of(*journal, trail.queue_id, trail.client.address, seen.mail_from);
    if (!seen.stored) seen.header_from = judged_domain(seen.filter_log);
  }
  // Refused before its header came: envelope and client are all there is of it.
  const bool no_header = trail.refusal && trail.queue_id.empty();
  // A list may have put its own name there.
  const bool munged = topology_.intermediary_of(mail::domain_of(seen.header_from)) != nullptr;
  if (!pattern.header_from.empty() && !no_header && !munged && !is_from(seen.header_from, pattern.header_from))
    return std::nullopt;
  if (course.intermediaries.empty()) return seen;
  LABCTL_ASSIGN(const bool ours, came_through(course.intermediaries, pattern, trail.message_id));
  return ours ? std::optional(std::move(seen)) : std::nullopt;
}

}  // namespace labctl::lab
