#include "labctl/lab/mail_course.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/address.h"

namespace labctl::lab {
namespace {

Result<std::vector<MailLogLine>> lines_since(LogFile& log, std::uint64_t from) {
  LABCTL_ASSIGN(const auto text, log.since(from));
  return parse_mail_log(text);
}

/// The filter that Postfix had trouble with: with milters, the one whose port its warning names.
std::string filter_in_trouble(const MailCourse& course, const std::vector<MailLogLine>& receiver_lines) {
  if (course.stack == nullptr || course.stack->filter != stack::Filter::milters) return "rspamd";
  std::string found = "opendmarc";
  for (const auto& line : receiver_lines) {
    if (!milter_trouble_of(line)) continue;
    for (const auto& milter : stack::milters())
      if (line.text.find(fmt::format("inet:127.0.0.1:{}:", milter.port)) != std::string::npos) found = milter.daemon;
  }
  return found;
}

}  // namespace

std::string daemon_at(const topology::HostSpec& host, std::string_view daemon) {
  return fmt::format("{}: {}", host.name, daemon);
}

Error placed(Error error, const topology::HostSpec& host, std::string_view daemon) {
  error.where = daemon_at(host, daemon);
  if (error.hint.empty()) error.hint = fmt::format("labctl logs {} {}.service", host.name, daemon);
  return error;
}

Result<std::vector<MailLogLine>> MailCourse::receiver_lines() const {
  return lines_since(*receiver_log, receiver_from);
}
Result<std::vector<MailLogLine>> IntermediaryLog::lines() const { return lines_since(*log, from); }
Result<std::vector<MailLogLine>> MailCourse::own_lines() const { return lines_since(*own_log, own_from); }

std::optional<MailTrail> MailCourse::refusal_in(const std::vector<MailLogLine>& receiver_lines) const {
  auto trails = trails_in(receiver_lines);
  const auto ours = [&](const MailTrail& trail) {
    if (!trail.refusal || trail.refusal->discarded || trail.client.address != sender->address) return false;
    if (!message_id.empty() && !trail.message_id.empty()) return trail.message_id == message_id;
    if (trail.mail_from && !mail::same_address(*trail.mail_from, mail_from)) return false;
    return trail.rcpt_to.empty() || mail::same_address(trail.rcpt_to.back(), rcpt_to);
  };
  const auto found = std::find_if(trails.rbegin(), trails.rend(), ours);
  return found == trails.rend() ? std::nullopt : std::optional(std::move(*found));
}

Error undecided(const MailCourse& course, std::string_view what, const std::vector<MailLogLine>& receiver_lines) {
  const auto trouble = last_milter_trouble(receiver_lines);
  const auto refusal = course.refusal_in(receiver_lines);
  if (trouble || (refusal && refusal->refusal->milter_away())) {
    const std::string filter = filter_in_trouble(course, receiver_lines);
    return {ErrorKind::lab,
            fmt::format("{} can't ask the filter ({}), so it answered: {}", course.receiver->name,
                        trouble ? printable(*trouble) : "no decision from it", printable(what)),
            fmt::format("{}: {}", course.filter, filter),
            fmt::format("labctl exec {0} -- systemctl status {1}; labctl logs {0} {1}.service", course.filter, filter)};
  }
  return placed({ErrorKind::lab,
                 fmt::format("the receiver could not take the message, and no filter decided so: {}", printable(what)),
                 {},
                 {}},
                *course.receiver, "postfix");
}

Error not_stored(const MailCourse& course, std::string_view queue_id, const LoggedDelivery& delivery) {
  const bool store = (delivery.relay + delivery.detail).find("dovecot-lmtp") != std::string::npos;
  return placed(
      {ErrorKind::lab, fmt::format("message {} can't be stored: {}", queue_id, printable(delivery.detail)), {}, {}},
      *course.receiver, store ? "dovecot" : "postfix");
}

}  // namespace labctl::lab
