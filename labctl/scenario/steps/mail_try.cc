#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/written_message.h"

namespace labctl::scenario {
namespace mail_try_step {

constexpr auto kKeys = [] {
  std::array<config::Key, kMailKeys.size() + kMessageKeys.size()> keys{};
  std::ranges::copy(kMailKeys, keys.begin());
  std::ranges::copy(kMessageKeys, keys.begin() + kMailKeys.size());
  return keys;
}();

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  LABCTL_TRY(check_envelope(keys, lab, true));
  return check_written(keys);
}

Result<Observation> play(const StepContext& context) {
  auto order = order_of(context);
  order.token = mail::new_token();
  LABCTL_ASSIGN(order.message, written_message(context.keys, order.token, context.ports.clock));
  return mail_seen(context, context.ports.mail.deliver(order));
}

Result<Observation> recognize(const StepContext& context, const Opened& opened) {
  return recognize_mail(
      context, opened,
      mail::first_address(context.keys.text_of("from", context.keys.text_of("mail_from"))).value_or(""));
}

std::vector<std::string> commands(const StepContext& context) {
  return swaks_commands(context, {"--h-From", context.keys.text_of("from", context.keys.text_of("mail_from")),
                                  "--h-Subject", context.keys.text_of("subject", "lesson")});
}

}  // namespace mail_try_step

constinit const StepKind kMailTry{.verb = "mail.try",
                                  .summary = "send one message, written here to the last field, whatever becomes of it",
                                  .leaves = Leaves::mail,
                                  .keys = mail_try_step::kKeys,
                                  .check = mail_try_step::check,
                                  .play = mail_try_step::play,
                                  .recognize = mail_try_step::recognize,
                                  .commands = mail_try_step::commands};

}  // namespace labctl::scenario
