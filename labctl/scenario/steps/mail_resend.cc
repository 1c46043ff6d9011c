#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/resent_message.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace mail_resend_step {

constexpr std::string_view kChange = "This line was added on the way.";

constexpr std::array<config::Key, kMailKeys.size() + 2> kKeys = [] {
  std::array<config::Key, kMailKeys.size() + 2> keys{};
  std::ranges::copy(kMailKeys, keys.begin());
  keys[kMailKeys.size()] = {
      .name = "of", .required = true, .summary = "evidence of the step whose message is sent again"};
  keys[kMailKeys.size() + 1] = {.name = "alter", .summary = "\"body\": a line is added; \"nothing\""};
  return keys;
}();

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  if (const auto* alter = keys.find("alter"); alter != nullptr && alter->text != "body" && alter->text != "nothing")
    return config::bad_value(alter->at, fmt::format("'alter' is '{}'", printable(alter->text)), "known: body, nothing");
  return check_mail(keys, lab);
}

bool alters(const StepContext& context) { return context.keys.text_of("alter", "body") == "body"; }

const evidence::MailSeen* original(const StepContext& context) {
  return context.of != nullptr ? std::get_if<evidence::MailSeen>(&context.of->seen) : nullptr;
}

Result<Observation> play(const StepContext& context) {
  const auto* mail = original(context);
  if (mail == nullptr || !mail->stored)
    return missing(fmt::format("the message of '{}' was not stored, so it can't be sent again", context.step.of));
  auto order = order_of(context);
  order.token = mail::new_token();
  order.message = resent_message(*mail, order.token, alters(context) ? kChange : std::string_view());
  return mail_seen(context, context.ports.mail.deliver(order));
}

Result<Observation> recognize(const StepContext& context, const Opened& opened) {
  const auto* mail = original(context);
  return recognize_mail(context, opened, mail != nullptr ? mail->header_from : context.keys.text_of("mail_from"));
}

std::vector<std::string> commands(const StepContext& context) {
  auto lines = swaks_commands(context, {"--data", "@message.eml"});
  const std::string edit = prompt(context.keys.text_of("from_host"), false) + "vi message.eml";
  if (alters(context)) lines.insert(lines.end() - 1, edit);
  return lines;
}

}  // namespace mail_resend_step

constinit const StepKind kMailResend{.verb = "mail.resend",
                                     .summary = "send a message that came in an earlier step again, altered or not",
                                     .leaves = Leaves::mail,
                                     .keys = mail_resend_step::kKeys,
                                     .needs_of = true,
                                     .check = mail_resend_step::check,
                                     .play = mail_resend_step::play,
                                     .recognize = mail_resend_step::recognize,
                                     .commands = mail_resend_step::commands};

}  // namespace labctl::scenario
