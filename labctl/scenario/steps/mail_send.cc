#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace mail_send_step {

constexpr std::array<config::Key, kMailKeys.size() + 3> kKeys = [] {
  std::array<config::Key, kMailKeys.size() + 3> keys{};
  std::ranges::copy(kMailKeys, keys.begin());
  keys[kMailKeys.size()] = {.name = "from", .summary = "header From; the envelope sender when it is missing"};
  keys[kMailKeys.size() + 1] = {.name = "subject", .summary = "header Subject, ASCII"};
  keys[kMailKeys.size() + 2] = {.name = "message", .summary = "file of mail-samples/; a short text when it is missing"};
  return keys;
}();

constexpr std::string_view kPlainMessage =
    "From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: {message_id}\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=us-ascii\n\n{subject}\n";

std::string header_from(const config::Value& keys) { return keys.text_of("from", keys.text_of("mail_from")); }
std::string subject(const config::Value& keys) { return keys.text_of("subject", "labctl"); }
std::string samples() { return data_directory() + "/mail-samples"; }

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(check_mail(keys, lab));
  if (const auto* from = keys.find("from"); from != nullptr && !mail::first_address(from->text))
    return config::bad_value(from->at, fmt::format("there is no address in '{}'", printable(from->text)));
  if (const auto* value = keys.find("subject"))
    if (std::ranges::any_of(value->text, [](char c) { return c < ' ' || c > '~'; }))
      return config::bad_value(value->at, "'subject' must be printable ASCII",
                               "a subject in Japanese comes from a file: message = \"…\"");
  if (const auto* message = keys.find("message")) {
    std::vector<std::string> known;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(samples(), code))
      known.push_back(entry.path().filename());
    std::ranges::sort(known);
    if (std::ranges::find(known, message->text) == known.end()) {
      const auto meant = nearest(message->text, known);
      return config::bad_value(
          message->at, fmt::format("mail-samples/ has no '{}'", printable(message->text)),
          meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
    }
  }
  return {};
}

Result<Observation> play(const StepContext& context) {
  auto order = order_of(context);
  order.token = mail::new_token();
  std::string text(kPlainMessage);
  std::string file = "message";
  if (const auto* sample = context.keys.find("message")) {
    file = samples() + "/" + sample->text;
    LABCTL_ASSIGN(text, read_file(file, 0, config::kLongestFile));
  }
  // A sample may name the participant's hosts, too.
  auto values = values_of(context.ports.topology, context.participant);
  values["from"] = header_from(context.keys);
  values["to"] = order.rcpt_to;
  values["subject"] = subject(context.keys);
  values["token"] = order.token;
  LABCTL_ASSIGN(auto message, mail::compose(text, values, file));
  if (message.first(mail::kTokenHeader) == nullptr) message.prepend(mail::kTokenHeader, order.token);
  order.message = message.to_string();
  return mail_seen(context, context.ports.mail.deliver(order));
}

Result<Observation> recognize(const StepContext& context, const Opened& opened) {
  return recognize_mail(context, opened, mail::first_address(header_from(context.keys)).value_or(""));
}

std::vector<std::string> commands(const StepContext& context) {
  return swaks_commands(context, {"--h-From", header_from(context.keys), "--h-Subject", subject(context.keys)});
}

}  // namespace mail_send_step

constinit const StepKind kMailSend{.verb = "mail.send",
                                   .summary = "send a message and follow it to its end",
                                   .leaves = Leaves::mail,
                                   .keys = mail_send_step::kKeys,
                                   .check = mail_send_step::check,
                                   .play = mail_send_step::play,
                                   .recognize = mail_send_step::recognize,
                                   .commands = mail_send_step::commands};

}  // namespace labctl::scenario
