#include "labctl/scenario/steps/resent_message.h"

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"

namespace labctl::scenario {
namespace {

/// "by receiver.m001.…": the field was written by the receiver (RFC 5321 section 4.4).
bool received_by(const mail::HeaderField& field, const std::string& receiver) {
  return equal_ignoring_case(field.name, "Received") &&
         to_lower(field.value()).find(" by " + to_lower(receiver)) != std::string::npos;
}

bool is_added_by_filter(const mail::HeaderField& field) {
  static constexpr std::array<std::string_view, 4> kStarts{"authentication-results", "arc-", "x-spam", "x-rspamd-"};
  const std::string name = to_lower(field.name);
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
}

}  // namespace

std::string resent_message(const evidence::MailSeen& mail, std::string_view token, std::string_view change) {
  const auto stored = mail::Message::parse(mail.stored->raw);
  const auto& fields = stored.fields();
  std::size_t first = 0;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (received_by(fields[i], mail.authserv_id)) first = i + 1;
  // The filter's fields stand above or below the receiver's own Received, by the milter's choice of position.
  while (first < fields.size() && is_added_by_filter(fields[first])) ++first;

  std::string text;
  for (std::size_t i = first; i < fields.size(); ++i)
    if (!equal_ignoring_case(fields[i].name, mail::kTokenHeader)) text += fields[i].name + ":" + fields[i].raw + "\n";
  auto message = mail::Message::parse(text + "\n");
  message.set_body(change.empty() ? stored.body() : stored.body() + std::string(change) + "\r\n");
  message.prepend(mail::kTokenHeader, token);
  return message.to_string();
}

}  // namespace labctl::scenario
