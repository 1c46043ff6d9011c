#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/lab/mail_log.h"

namespace labctl::lab {

/// All that one MTA's log says about one message.
struct MailTrail {
  std::string queue_id;  ///< empty when it was refused before it had one
  LoggedClient client;
  std::string message_id;  ///< with its angle brackets
  std::optional<std::string> mail_from;
  std::vector<std::string> rcpt_to;
  std::vector<LoggedDelivery> deliveries;
  std::optional<LoggedRefusal> refusal;
  bool removed = false;  ///< the queue manager is done with it
  std::vector<std::string> lines;

  /// Nothing more will be written about it.
  [[nodiscard]] bool ended() const { return removed || refusal.has_value(); }
  /// Its last attempt; none when there was none yet.
  [[nodiscard]] const LoggedDelivery* last_delivery() const {
    return deliveries.empty() ? nullptr : &deliveries.back();
  }
};

/// The trails in a log, in the order of their last lines.
std::vector<MailTrail> trails_in(std::span<const MailLogLine> log);

/// The trail of a queue ID; none when the log has no line of it.
std::optional<MailTrail> trail_of(std::span<const MailLogLine> log, std::string_view queue_id);

/// The last milter trouble in a log: what Postfix said about it.
std::optional<std::string> last_milter_trouble(std::span<const MailLogLine> log);

}  // namespace labctl::lab
