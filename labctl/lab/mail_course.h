#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/host/host.h"
#include "labctl/lab/log_file.h"
#include "labctl/lab/mail_log.h"
#include "labctl/lab/mail_trail.h"
#include "labctl/mail/imap.h"
#include "labctl/stack/receiver_stack.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// "250 … Saved" comes after the message is in its folder; a session that has the folder open sees it a moment later.
inline constexpr Milliseconds kSaved{1000};

inline constexpr const char* kMailLog = "/var/log/mail.log";

/// The log of a forwarder or a list, and where it stood before the message.
struct IntermediaryLog {
  const topology::HostSpec* host = nullptr;
  LogFile* log = nullptr;
  std::uint64_t from = 0;

  [[nodiscard]] Result<std::vector<MailLogLine>> lines() const;
};

/// One message on its way: who sends, who receives, and where the logs stood before it.
struct MailCourse {
  const topology::HostSpec* sender = nullptr;
  const topology::HostSpec* receiver = nullptr;
  LogFile* receiver_log = nullptr;
  std::uint64_t receiver_from = 0;
  LogFile* own_log = nullptr;  ///< of the sender's own MTA; null when it sends directly
  std::uint64_t own_from = 0;
  const stack::ReceiverStack* stack = nullptr;  ///< of the receiver; null when it checks nothing
  LogFile* filter_log = nullptr;                ///< Rspamd's; null when the receiver asks none
  std::uint64_t filter_from = 0;
  std::string filter;                 ///< name of the filter's host: the receiver's own when it has milters
  host::Host* milter_host = nullptr;  ///< where milters write to the journal; null when the receiver has none
  Clock::Wall began;                  ///< no line of its milters is older
  mail::ImapAccount mailbox;
  std::string message_id;  ///< with its angle brackets; may be empty
  std::string header_from;
  std::string mail_from;
  std::string rcpt_to;                          ///< at the receiver
  std::vector<IntermediaryLog> intermediaries;  ///< the lab's, when the message goes through one or more of them
  const topology::HostSpec* entry = nullptr;    ///< the first of them; null when it goes straight to the receiver
  bool host_fault = false;                      ///< a refused login and a waiting message are evidence
  bool odd_header = false;                      ///< the receiver may not see its token
  std::optional<Clock::Steady> not_before;      ///< it was sent later; none when somebody else has sent it

  [[nodiscard]] Result<std::vector<MailLogLine>> receiver_lines() const;
  [[nodiscard]] Result<std::vector<MailLogLine>> own_lines() const;
  /// Name in labctl/mail/dialect.cc of what the receiver writes; empty when it checks nothing.
  [[nodiscard]] std::string dialect() const { return stack == nullptr ? "" : std::string(stack->dialect); }
  /// The receiver's refusal of this message; none when its log has none (yet).
  [[nodiscard]] std::optional<MailTrail> refusal_in(const std::vector<MailLogLine>& receiver_lines) const;
};

/// The error behind a 4xx, or a lost connection, that no filter's decision explains: the filter is away, or the
/// receiver's own MTA is in trouble.
Error undecided(const MailCourse& course, std::string_view what, const std::vector<MailLogLine>& receiver_lines);

/// The error of a message that waits in the receiver's queue: its store is away, mostly.
Error not_stored(const MailCourse& course, std::string_view queue_id, const LoggedDelivery& delivery);

/// "host: daemon", as an error's place.
std::string daemon_at(const topology::HostSpec& host, std::string_view daemon);
/// `error`, placed at the daemon, with where to look.
Error placed(Error error, const topology::HostSpec& host, std::string_view daemon);

}  // namespace labctl::lab
