#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/written_message.h"

namespace labctl::scenario {
namespace mail_raw_step {

constexpr auto kKeys = [] {
  std::array<config::Key, kMailKeys.size() + kMessageKeys.size() + kRawKeys.size()> keys{};
  std::ranges::copy(kRawKeys, std::ranges::copy(kMessageKeys, std::ranges::copy(kMailKeys, keys.begin()).out).out);
  return keys;
}();

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(check_host(keys, "from_host", lab));
  if (const auto* via = keys.find("via"); via != nullptr && via->text != "direct")
    return config::bad_value(via->at, "a raw dialogue goes to the MX directly", "leave 'via' out");
  return check_written(keys);
}

/// The whole dialogue's data: the message, or an innocent one with the message behind what a server may take for its
/// end.
Result<std::string> data_of(const StepContext& context, const std::string& token) {
  const auto& keys = context.keys;
  LABCTL_ASSIGN(auto message, written_message(keys, token, context.ports.clock));
  const auto* end = keys.find("smuggle");
  if (end == nullptr) return message;
  LABCTL_ASSIGN(auto outer,
                mail::compose("From: {from}\nTo: {to}\nSubject: outer\nDate: {date}\nMessage-ID: "
                              "{message_id}\n\nThe message that carries another one.\n",
                              {{"from", keys.text_of("mail_from")}, {"to", keys.text_of("rcpt_to")}}, "message"));
  std::string text = outer.to_string();
  if (text.ends_with("\r\n")) text.resize(text.size() - 2);
  return fmt::format("{}{}MAIL FROM:<{}>\r\nRCPT TO:<{}>\r\nDATA\r\n{}", text, end->text,
                     keys.text_of("smuggled_from", keys.text_of("mail_from")), keys.text_of("rcpt_to"), message);
}

Result<Observation> play(const StepContext& context) {
  auto order = order_of(context);
  order.raw = true;
  // The queue ID of a message that carries another one would find the innocent one.
  order.odd_header = context.keys.find("smuggle") == nullptr;
  order.token = mail::new_token();
  LABCTL_ASSIGN(order.message, data_of(context, order.token));
  return mail_seen(context, context.ports.mail.deliver(order));
}

Result<Observation> recognize(const StepContext&, const Opened&) {
  return missing("a raw dialogue is only played: labctl run");
}

std::vector<std::string> commands(const StepContext& context) {
  return {prompt(context.keys.text_of("from_host"), true) + "# labctl scenario show tells the dialogue"};
}

}  // namespace mail_raw_step

constinit const StepKind kMailRaw{.verb = "mail.raw",
                                  .summary = "hold a raw SMTP dialogue with the MX, for attacks",
                                  .leaves = Leaves::mail,
                                  .keys = mail_raw_step::kKeys,
                                  .check = mail_raw_step::check,
                                  .play = mail_raw_step::play,
                                  .recognize = mail_raw_step::recognize,
                                  .commands = mail_raw_step::commands};

}  // namespace labctl::scenario
