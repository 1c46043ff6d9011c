#pragma once

#include <array>
#include <string>
#include <vector>

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// Keys of every step that sends mail.
inline constexpr std::array<config::Key, 6> kMailKeys{{
    {.name = "from_host", .required = true, .summary = "host whose address the receiver sees"},
    {.name = "via", .summary = "\"direct\" to the MX, \"submission\" or \"relay\" through the host's own MTA"},
    {.name = "helo", .summary = "EHLO name; the host's own when it is missing"},
    {.name = "mail_from", .required = true, .summary = "envelope sender"},
    {.name = "rcpt_to", .required = true, .summary = "envelope recipient"},
    {.name = "reaches", .summary = "where a forwarder or a list brings it: the address whose receiver is judged"},
}};

/// @param may_be_null the envelope sender may be "<>" (RFC 5321 section 4.5.5)
Result<void> check_envelope(const config::Value& keys, const topology::Topology& lab, bool may_be_null);
Result<void> check_mail(const config::Value& keys, const topology::Topology& lab);

/// An order without message and token.
lab::MailOrder order_of(const config::Value& keys);
lab::MailOrder order_of(const StepContext& context);

/// The message as evidence; when its filter had no answer from the DNS, with the name server that has none. The lab's
/// trouble with it, with that name server as the culprit when there is one.
Result<Observation> mail_seen(const StepContext& context, Result<evidence::MailSeen> mail);

/// The message that a person is expected to have sent.
Result<Observation> recognize_mail(const StepContext& context, const Opened& opened, const std::string& header_from);

/// swaks on the sending host. @param more arguments behind the envelope's
std::vector<std::string> swaks_commands(const StepContext& context, const std::vector<std::string>& more);

}  // namespace labctl::scenario
