#include "labctl/lab/signer_clock.h"

#include <fmt/format.h>

#include <cstdlib>

#include "labctl/mail/dkim_signature.h"
#include "labctl/mail/message.h"

namespace labctl::lab {
namespace {

/// Hosts of a lab have this machine's clock; a message may have waited in a queue meanwhile.
constexpr std::int64_t kMostSeconds = 3600;

}  // namespace

Result<void> require_signers_clock(const MailCourse& course, const evidence::MailSeen& seen, Clock& clock) {
  if (course.own_log == nullptr || !seen.stored) return {};
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
  const auto message = mail::Message::parse(seen.stored->raw);
  for (const auto& field : message.fields()) {
    if (field.name == "Received" && field.raw.find("by " + course.sender->fqdn) != std::string::npos) break;
    if (field.name != "DKIM-Signature") continue;
    const auto signature = mail::parse_dkim_signature(field.raw);
    if (!signature.signed_at || std::abs(*signature.signed_at - now) <= kMostSeconds) continue;
    return std::unexpected(placed({ErrorKind::lab,
                                   fmt::format("the clock of its signer is {} hours off: its signature says t={}",
                                               (*signature.signed_at - now) / 3600, *signature.signed_at),
                                   {},
                                   fmt::format("labctl exec {} -- systemctl cat opendkim", course.sender->name)},
                                  *course.sender, "opendkim"));
  }
  return {};
}

}  // namespace labctl::lab
