#include "labctl/lab/mail_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/lab/transition.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/mail/smtp_connections.h"
#include "labctl/stack/receiver_stack.h"

namespace labctl::lab {
namespace {

using topology::Role;

constexpr const char* kFilterLog = "/var/log/rspamd/rspamd.log";

std::string rogue_domain(const topology::Topology& lab) { return "rogue-mailer." + lab.domain; }

/// The host that takes mail for `rcpt_to`. Errors: `usage` for an address outside the lab, or one nobody receives for.
Result<const topology::HostSpec*> receiver_of(const topology::Topology& lab, std::string_view rcpt_to) {
  const std::string domain = rcpt_to.contains('@') ? to_lower(mail::domain_of(rcpt_to)) : "";
  for (const auto& participant : lab.participants)
    if (participant.zone == domain) return lab.find_host(participant.receiver);
  if (domain == rogue_domain(lab))
    if (const auto* rogue = lab.with_role(Role::rogue)) return rogue;
  if (!lab.is_inside(domain))
    return usage_error(fmt::format("'{}' is outside the lab: nothing is sent there", printable(rcpt_to)), {},
                       fmt::format("the lab's addresses end in {}, e.g. {}@{}", lab.domain, topology::kUserA,
                                   lab.participants.empty() ? rogue_domain(lab) : lab.participants.front().zone));
  std::vector<std::string> known{rogue_domain(lab)};
  for (const auto& participant : lab.participants) known.push_back(participant.zone);
  const auto meant = nearest(domain, known);
  return usage_error(fmt::format("no host of the lab receives mail for '{}'", printable(rcpt_to)), {},
                     meant ? fmt::format("did you mean {}?", *meant) : fmt::format("{} do", join(known, ", ")));
}

/// pyspf-milter keeps what it found of each message of a connection under a random number below 100,000: where two get
/// the same one, the second has the first one's result.
bool may_share_connection(const MailCourse& course) {
  return course.stack == nullptr || course.stack->filter != stack::Filter::milters;
}

class CurlMailbox final : public MailboxSession {
 public:
  explicit CurlMailbox(mail::ImapAccount account) : mailbox_(std::move(account)) {}
  Result<std::vector<std::string>> folders() override { return mailbox_.folders(); }
  Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view name, std::string_view value,
                                            std::uint32_t first) override {
    return mailbox_.search(folder, name, value, first);
  }
  Result<std::uint32_t> uid_next(std::string_view folder) override { return mailbox_.uid_next(folder); }
  Result<std::string> fetch(std::string_view folder, std::uint32_t uid) override { return mailbox_.fetch(folder, uid); }

 private:
  mail::Mailbox mailbox_;
};

}  // namespace

MailWire real_mail_wire() {
  return {[connections = std::make_shared<mail::SmtpConnections>()](const mail::SmtpSubmission& submission) {
            return connections->send(submission);
          },
          [](mail::ImapAccount account) { return std::make_unique<CurlMailbox>(std::move(account)); }};
}

MailPortImpl::MailPortImpl(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials,
                           MailWire wire, Clock& clock, std::stop_token stop)
    : hosts_(hosts),
      topology_(topology),
      credentials_(credentials),
      wire_(std::move(wire)),
      clock_(clock),
      stop_(std::move(stop)),
      mailboxes_(wire_.open_mailbox, clock) {}

Result<LogFile*> MailPortImpl::log_of(const topology::HostSpec& host, std::string_view path) {
  LABCTL_ASSIGN(auto* const found, hosts_.find(host.name));
  const std::scoped_lock lock(mutex_);
  auto& log = logs_[fmt::format("{}:{}", host.name, path)];
  if (!log) log = std::make_unique<LogFile>(*found, std::string(path));
  return log.get();
}

Result<mail::ImapAccount> MailPortImpl::mailbox_of(const topology::HostSpec& receiver, const std::string& address) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(receiver.name));
  mail::ImapAccount account{.server = {host->sockets(), receiver.address, 143},
                            .server_name = receiver.fqdn,
                            .user = to_lower(address),
                            .password = credentials_.rogue_password,
                            .ca_pem = credentials_.ca_pem};
  if (!receiver.participant.empty()) {
    const auto own = credentials_.participants.find(receiver.participant);
    if (own == credentials_.participants.end())
      return lab_error("the lab has no password of the participant", receiver.participant);
    account.password = own->second.password;
  }
  return account;
}

Result<MailCourse> MailPortImpl::course_to(const topology::HostSpec& receiver, const std::string& rcpt_to) {
  MailCourse course{.receiver = &receiver, .rcpt_to = rcpt_to};
  LABCTL_ASSIGN(course.receiver_log, log_of(receiver, kMailLog));
  LABCTL_ASSIGN(course.mailbox, mailbox_of(receiver, rcpt_to));
  course.stack = stack::stack_of(receiver);
  if (course.stack == nullptr) return course;
  const auto* filter = course.stack->filter == stack::Filter::shared ? topology_.with_role(Role::filter) : &receiver;
  if (filter == nullptr) return lab_error("the lab has no filter host", receiver.name);
  course.filter = filter->name;
  if (course.stack->filter == stack::Filter::milters) {
    LABCTL_ASSIGN(course.milter_host, hosts_.find(filter->name));
  } else {
    LABCTL_ASSIGN(course.filter_log, log_of(*filter, kFilterLog));
  }
  return course;
}

Result<MailCourse> MailPortImpl::course_of(const MailOrder& order) {
  const auto& reaches = order.reaches.empty() ? order.rcpt_to : order.reaches;
  LABCTL_ASSIGN(const auto* const receiver, receiver_of(topology_, reaches));
  LABCTL_TRY(hosts_.find(order.from_host));
  LABCTL_ASSIGN(auto course, course_to(*receiver, reaches));
  if (!order.reaches.empty()) {
    LABCTL_ASSIGN(course.entry, entry_of(order.rcpt_to));
    LABCTL_ASSIGN(course.intermediaries, intermediary_logs());
  }
  course.sender = topology_.find_host(order.from_host);
  course.mail_from = order.mail_from;
  course.odd_header = order.odd_header;
  course.not_before = clock_.now();
  course.host_fault = order.host_fault;
  course.began = clock_.wall();
  const auto message = mail::Message::parse(order.message);
  if (const auto* field = message.first("Message-ID")) course.message_id = field->value();
  if (const auto* field = message.first("From")) course.header_from = mail::first_address(field->value()).value_or("");
  const auto at_end = [](LogFile& log, std::uint64_t& from, const topology::HostSpec& host,
                         std::string_view daemon) -> Result<void> {
    const auto end = log.end();
    if (!end) return std::unexpected(placed(end.error(), host, daemon));
    from = *end;
    return {};
  };
  LABCTL_TRY(at_end(*course.receiver_log, course.receiver_from, *receiver, "postfix"));
  if (course.filter_log != nullptr)
    LABCTL_TRY(at_end(*course.filter_log, course.filter_from, *topology_.find_host(course.filter), "rspamd"));
  for (auto& one : course.intermediaries) LABCTL_TRY(at_end(*one.log, one.from, *one.host, "postfix"));
  if (order.via != MailOrder::Via::direct) {
    if (!course.sender->has(Role::submission) && !course.sender->has(Role::rogue))
      return usage_error(fmt::format("{} has no MTA of its own to send through", course.sender->name), {},
                         "send directly from it");
    LABCTL_ASSIGN(course.own_log, log_of(*course.sender, kMailLog));
    LABCTL_TRY(at_end(*course.own_log, course.own_from, *course.sender, "postfix"));
  }
  return course;
}

Result<mail::SmtpSubmission> MailPortImpl::submission_for(const MailOrder& order, const MailCourse& course) {
  const auto& sender = *course.sender;
  LABCTL_ASSIGN(auto* const host, hosts_.find(sender.name));
  mail::SmtpSubmission submission{
      .server = {host->sockets(), (course.entry != nullptr ? course.entry : course.receiver)->address, 25},
      .helo = order.helo.empty() ? sender.fqdn : order.helo,
      .mail_from = order.mail_from,
      .rcpt_to = {order.rcpt_to},
      .data = order.message,
      .ca_pem = credentials_.ca_pem,
      .raw = order.raw,
      .follows = order.follows && may_share_connection(course)};
  if (order.via == MailOrder::Via::relay) {
    // An MTA relays without authentication for its own host only (mynetworks).
    submission.server.address = "127.0.0.1";
  } else if (order.via == MailOrder::Via::submission) {
    submission.server = {host->sockets(), sender.address, 587};
    submission.server_name = sender.fqdn;
    submission.tls = mail::TlsPolicy::required;
    if (sender.has(Role::rogue)) {
      submission.user = fmt::format("{}@{}", topology::kUserA, rogue_domain(topology_));
      submission.password = credentials_.rogue_password;
    } else {
      const auto* participant = topology_.find_participant(sender.participant);
      const auto own = credentials_.participants.find(sender.participant);
      if (participant == nullptr || own == credentials_.participants.end())
        return lab_error("the lab has no credentials for the submission host", sender.name);
      submission.user = fmt::format("{}@{}", topology::kUserA, participant->zone);
      submission.password = own->second.password;
    }
  }
  return submission;
}

// OpenDKIM 2.11.0 was seen to end with SIGSEGV while it verified several messages at once.
Result<mail::SmtpTranscript> MailPortImpl::send_in_turn(const MailCourse& course,
                                                        const mail::SmtpSubmission& submission) {
  if (course.own_log != nullptr || course.milter_host == nullptr) return wire_.send(submission);
  std::mutex* turn = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    turn = &turns_[course.receiver->name];
  }
  const std::scoped_lock lock(*turn);
  return wire_.send(submission);
}

Result<evidence::MailSeen> MailPortImpl::deliver(const MailOrder& order) {
  LABCTL_ASSIGN(const auto course, course_of(order));
  LABCTL_ASSIGN(const auto submission, submission_for(order, course));
  evidence::MailSeen seen{.token = order.token,
                          .from_host = course.sender->name,
                          .client_address = course.sender->address,
                          .helo = course.own_log == nullptr ? submission.helo : course.sender->fqdn,
                          .mail_from = order.mail_from,
                          .rcpt_to = course.rcpt_to,
                          .header_from = course.header_from,
                          .receiver = course.receiver->name,
                          .authserv_id = course.receiver->fqdn,
                          .dialect = course.dialect()};

  at_stage("mail.marked");
  auto sent = send_in_turn(course, submission);
  if (!sent) {
    if (course.own_log != nullptr) return std::unexpected(placed(sent.error(), *course.sender, "postfix"));
    if (course.entry != nullptr) return std::unexpected(placed(sent.error(), *course.entry, "postfix"));
    const auto lines = course.receiver_lines();
    if (lines && last_milter_trouble(*lines)) return std::unexpected(undecided(course, sent.error().message, *lines));
    return std::unexpected(placed(sent.error(), *course.receiver, "postfix"));
  }
  at_stage("mail.answered");
  seen.dialogue = std::move(*sent);
  if (course.own_log == nullptr && course.entry != nullptr) {
    LABCTL_TRY(follow_intermediaries(course, seen));
  } else if (course.own_log == nullptr) {
    LABCTL_TRY(follow_dialogue(course, seen));
  } else {
    LABCTL_TRY(follow_own_mta(course, seen));
  }
  return seen;
}

Result<MailMark> MailPortImpl::mark(const std::string& participant) {
  const auto* own = topology_.find_participant(participant);
  if (own == nullptr) return usage_error(fmt::format("the lab has no participant '{}'", printable(participant)));
  const auto& receiver = *topology_.find_host(own->receiver);
  LABCTL_ASSIGN(const auto course, course_to(receiver, fmt::format("{}@{}", topology::kUserA, own->zone)));
  MailMark mark{.participant = participant};
  auto end = course.receiver_log->end();
  if (!end) return std::unexpected(placed(end.error(), receiver, "postfix"));
  mark.log_offset = *end;
  LABCTL_ASSIGN(mark.log_inode, inode_of(receiver));
  auto uid_next = mailboxes_.uid_next(course.mailbox);
  if (!uid_next) return std::unexpected(placed(uid_next.error(), receiver, "dovecot"));
  mark.uid_next = std::move(*uid_next);
  return mark;
}

Result<std::uint64_t> MailPortImpl::inode_of(const topology::HostSpec& receiver) {
  LABCTL_ASSIGN(auto* const host, hosts_.find(receiver.name));
  LABCTL_ASSIGN(const auto shown, host->run({.argv = {"stat", "--format=%i", kMailLog}}));
  const auto text = trim(shown.out);
  std::uint64_t inode = 0;
  if (shown.exit_status != 0 || std::from_chars(text.data(), text.data() + text.size(), inode).ec != std::errc())
    return lab_error(fmt::format("can't look at {}: {}", kMailLog, printable(trim(shown.err))),
                     daemon_at(receiver, "postfix"));
  return inode;
}

}  // namespace labctl::lab
