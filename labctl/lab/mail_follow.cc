// Following a message that labctl sent, by the logs of the MTAs that had it.
#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/filter_log.h"
#include "labctl/lab/mail_port.h"
#include "labctl/lab/milter_log.h"
#include "labctl/lab/signer_clock.h"
#include "labctl/lab/transition.h"
#include "labctl/mail/message.h"

namespace labctl::lab {
namespace {

constexpr Milliseconds kFirst{1};
constexpr Milliseconds kLongest{4};
constexpr Patience kOwnMta{.total = Milliseconds{40'000}, .first = kFirst, .longest = kLongest};
constexpr Patience kReceiver{.total = Milliseconds{10'000}, .first = kFirst, .longest = kLongest};
/// For log lines that say more about what is known already.
constexpr Patience kLogLine{.total = Milliseconds{2000}, .first = kFirst, .longest = kLongest};
constexpr Patience kFilterLine{.total = Milliseconds{500}, .first = kFirst, .longest = kLongest};

/// A wait that may end without what it waited for.
Result<void> at_most(Result<void> waited) {
  if (!waited && waited.error().kind == ErrorKind::timeout) return {};
  return waited;
}

std::string last_line(const std::optional<MailTrail>& trail) {
  return trail && !trail->lines.empty() ? printable(trail->lines.back()) : std::string("none");
}

/// Why the sender's own MTA could not hand the message on, when no server answered it.
Error not_handed_on(const MailCourse& course, const LoggedDelivery& delivery,
                    const std::vector<MailLogLine>& receiver_lines) {
  const std::string_view detail = delivery.detail;
  const auto says = [&](std::string_view words) { return detail.find(words) != std::string_view::npos; };
  if (says("Name service error") && says("try again"))
    return placed(
        {ErrorKind::lab,
         fmt::format("{} could not look up where to send the message: {}", course.sender->name, printable(detail)),
         {},
         "is unbound up? labctl status"},
        *course.sender, "postfix");
  if (says("Name service error"))
    return placed({ErrorKind::lab,
                   fmt::format("{} found no host to send the message to: {}", course.sender->name, printable(detail)),
                   {},
                   "the recipient's zone needs an MX record and the address of its host"},
                  *course.sender, "postfix");
  if (says("connect to ") || says("lost connection") || says("timed out")) {
    if (last_milter_trouble(receiver_lines)) return undecided(course, detail, receiver_lines);
    return placed({ErrorKind::lab,
                   fmt::format("it does not take mail from {}: {}", course.sender->name, printable(detail)),
                   {},
                   {}},
                  *course.receiver, "postfix");
  }
  return placed({ErrorKind::lab,
                 fmt::format("the message stays in the queue ({}): {}", delivery.status, printable(detail)),
                 {},
                 {}},
                *course.sender, "postfix");
}

}  // namespace

Result<void> MailPortImpl::follow_dialogue(const MailCourse& course, evidence::MailSeen& seen) {
  seen.receiver_reply = seen.dialogue->reply;
  seen.receiver_queue_id = seen.dialogue->queue_id;
  return follow_reply(course, seen);
}

Result<void> MailPortImpl::follow_own_mta(const MailCourse& course, evidence::MailSeen& seen) {
  const auto& dialogue = *seen.dialogue;
  const auto refused_as = [&](std::string_view what) {
    return std::unexpected(placed({ErrorKind::lab,
                                   fmt::format("{}: {} {} {}", what, dialogue.reply.code, dialogue.reply.enhanced_code,
                                               printable(dialogue.reply.text)),
                                   {},
                                   {}},
                                  *course.sender, "postfix"));
  };
  if (!dialogue.accepted()) {
    if (dialogue.reply.code / 100 == 4) return refused_as("the sender's own MTA could not take the message");
    if (dialogue.stage == mail::SmtpStage::auth && !course.host_fault)
      return refused_as("the login at the submission port was refused");
    return {};  // The receiver never saw it; the dialogue says why.
  }
  std::optional<MailTrail> trail;
  std::optional<std::string> signer_trouble;
  const auto waited = wait_until(
      clock_, kOwnMta, fmt::format("{} to hand the message on", course.sender->name),
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto lines, course.own_lines());
        signer_trouble = last_milter_trouble(lines);
        trail = trail_of(lines, dialogue.queue_id);
        return trail && (trail->last_delivery() != nullptr || trail->ended());
      },
      stop_);
  // A message that went out unsigned because the signer was away would look like the participant's mistake.
  if (signer_trouble)
    return std::unexpected(
        placed({ErrorKind::lab,
                fmt::format("{} could not ask its signer: {}", course.sender->name, printable(*signer_trouble)),
                {},
                {}},
               *course.sender, "opendkim"));
  if (!waited) {
    Error error = placed(waited.error(), *course.sender, "postfix");
    error.message += fmt::format("; the last line about it: {}", last_line(trail));
    return std::unexpected(std::move(error));
  }
  const auto* delivery = trail->last_delivery();
  if (delivery == nullptr)
    return std::unexpected(
        placed({ErrorKind::lab,
                fmt::format("the message vanished there; the last line about it: {}", last_line(trail)),
                {},
                {}},
               *course.sender, "postfix"));
  if (course.entry != nullptr && (delivery->status == "sent" || reply_in(*delivery)))
    return follow_intermediaries(course, seen);
  if (delivery->status == "sent") {
    seen.receiver_reply = reply_in(*delivery);
    seen.receiver_queue_id = queued_as(delivery->detail);
    return follow_reply(course, seen);
  }
  seen.receiver_reply = reply_in(*delivery);
  if (seen.receiver_reply) return follow_reply(course, seen);
  LABCTL_ASSIGN(const auto receiver_lines, course.receiver_lines());
  return std::unexpected(not_handed_on(course, *delivery, receiver_lines));
}

Result<void> MailPortImpl::follow_reply(const MailCourse& course, evidence::MailSeen& seen) {
  const bool accepted = seen.receiver_reply->code / 100 == 2;
  LABCTL_TRY(accepted ? follow_accepted(course, seen) : follow_refused(course, seen));
  add_filter_log(course, seen);
  return {};
}

Result<void> MailPortImpl::follow_accepted(const MailCourse& course, evidence::MailSeen& seen) {
  const auto& id = seen.receiver_queue_id;
  if (id.empty())
    return std::unexpected(placed(
        {ErrorKind::lab, fmt::format("its reply has no queue ID: {}", printable(seen.receiver_reply->text)), {}, {}},
        *course.receiver, "postfix"));
  std::optional<MailTrail> trail;
  const auto look = [&](auto&& done) {
    return [&, done]() -> Result<bool> {
      LABCTL_ASSIGN(const auto lines, course.receiver_lines());
      trail = trail_of(lines, id);
      return trail && done(*trail);
    };
  };
  const auto waited =
      wait_until(clock_, kReceiver, fmt::format("message {} to reach its end", id),
                 look([](const MailTrail& t) { return t.ended() || t.last_delivery() != nullptr; }), stop_);
  if (!waited) {
    if (waited.error().kind == ErrorKind::interrupted) return waited;
    // What holds the receiver's own MTA up is mostly the store behind it.
    auto store = mailboxes_.uid_next(course.mailbox);
    Error error = placed(waited.error(), *course.receiver, store ? "postfix" : "dovecot");
    if (!store) error.message += fmt::format("; its store: {}", store.error().message);
    error.message += fmt::format("; the last line about it: {}", last_line(trail));
    return std::unexpected(std::move(error));
  }
  const auto* delivery = trail->last_delivery();
  at_stage("mail.ended");
  if (delivery != nullptr && delivery->status == "deferred") {
    if (!course.host_fault) return std::unexpected(not_stored(course, id, *delivery));
    seen.receiver_log = trail->lines;
    return {};
  }
  const bool saved = delivery != nullptr && delivery->status == "sent";
  const bool has_token = !seen.token.empty();
  LABCTL_TRY(find_stored(course, has_token ? mail::kTokenHeader : "Received", has_token ? seen.token : id,
                         saved && !course.odd_header ? kSaved : Milliseconds::zero(), seen));
  if (!seen.stored && course.odd_header)
    LABCTL_TRY(find_stored(course, "Received", id, saved ? kSaved : Milliseconds::zero(), seen));
  LABCTL_TRY(require_signers_clock(course, seen, clock_));
  LABCTL_TRY(at_most(
      wait_until(clock_, kLogLine, "the last line", look([](const MailTrail& t) { return t.ended(); }), stop_)));
  seen.receiver_log = trail->lines;
  return {};
}

Result<void> MailPortImpl::follow_refused(const MailCourse& course, evidence::MailSeen& seen) {
  std::optional<MailTrail> trail;
  std::vector<MailLogLine> lines;
  LABCTL_TRY(at_most(wait_until(
      clock_, kLogLine, "the line of the refusal",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(lines, course.receiver_lines());
        trail = course.refusal_in(lines);
        return trail.has_value();
      },
      stop_)));
  const auto& reply = *seen.receiver_reply;
  // A 4xx is a disposition only when the filter decided it.
  const bool decided = reply.code / 100 == 5 || (trail && trail->refusal->by_milter && !trail->refusal->milter_away());
  if (!decided)
    return std::unexpected(
        undecided(course, fmt::format("{} {} {}", reply.code, reply.enhanced_code, reply.text), lines));
  if (trail) {
    seen.receiver_queue_id = trail->queue_id;
    seen.receiver_log = trail->lines;
  }
  if (seen.token.empty()) return {};
  return find_stored(course, mail::kTokenHeader, seen.token, Milliseconds::zero(), seen);
}

Result<void> MailPortImpl::find_stored(const MailCourse& course, std::string_view header, std::string_view value,
                                       Milliseconds patience, evidence::MailSeen& seen,
                                       const Mailboxes::UidNext& since) {
  const Patience wait{.total = patience, .first = kFirst, .longest = Milliseconds{100}};
  const auto waited = wait_until(
      clock_, wait, "the message to be seen in a folder",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(seen.stored, mailboxes_.find(course.mailbox, header, value, since, course.not_before));
        return seen.stored.has_value();
      },
      stop_);
  if (!waited && waited.error().kind == ErrorKind::interrupted) return waited;
  // The wait's own timeout has no place; one of the mailbox connection has.
  if (!waited && !(waited.error().kind == ErrorKind::timeout && waited.error().where.empty()))
    return std::unexpected(placed(waited.error(), *course.receiver, "dovecot"));
  seen.searched_everywhere = !seen.stored;
  return {};
}

void MailPortImpl::add_filter_log(const MailCourse& course, evidence::MailSeen& seen) {
  if (seen.receiver_queue_id.empty()) return;
  // What the filter's log adds decides nothing: the message's own headers and the receiver's log do.
  if (course.milter_host != nullptr) {
    // OpenDMARC is the last to be asked, so that its line is the last to come.
    static_cast<void>(wait_until(
        clock_, kFilterLine, "OpenDMARC's line",
        [&]() -> Result<bool> {
          LABCTL_ASSIGN(const auto journal, milter_journal(*course.milter_host, course.began));
          seen.filter_log = milter_lines_of(journal, seen.receiver_queue_id, seen.client_address, seen.mail_from);
          return !judged_domain(seen.filter_log).empty();
        },
        stop_));
  }
  if (course.filter_log == nullptr) return;
  static_cast<void>(wait_until(
      clock_, kFilterLine, "the filter's line",
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto log, course.filter_log->since(course.filter_from));
        const auto verdict = filter_verdict_of(log, seen.receiver_queue_id, seen.client_address);
        if (verdict) seen.filter_log = filter_lines_of(log, *verdict);
        return verdict.has_value();
      },
      stop_));
}

}  // namespace labctl::lab
