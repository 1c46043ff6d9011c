#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/message.h"
#include "labctl/mail/smtp.h"

namespace labctl::mail {

/// What a message left behind where it ended: as much as is known of it. Views must outlive the call only.
struct Traces {
  std::string_view dialect;      ///< of the receiver; empty: it checks nothing
  std::string_view authserv_id;  ///< of the receiver
  const Message* stored = nullptr;
  std::string_view folder;                    ///< of the stored message; empty when that is not known
  std::optional<SmtpReply> reply;             ///< the receiver's last
  std::span<const std::string> filter_log{};  ///< lines of Rspamd, or of the milters
};

/// Why a message ended where it did, and what says so.
struct Attribution {
  /// One of kCauses, or the name of the filter's module that decided.
  std::string cause;
  std::vector<std::string> evidence;  ///< "filter log: …", "reply: 550 5.7.1 …", the most telling first
};

/// Causes that have a name of their own: a DMARC policy; a sum of scores (the evidence names the symbols); SPF or DKIM
/// refused by themselves; greylisting; the receiver's own sieve script without a filter's word; a rule (or hand) of
/// the mailbox's owner; nothing, for what lies in the inbox; unknown, when the evidence does not tell.
inline constexpr std::array<std::string_view, 9> kCauses{"dmarc", "spam",      "spf",     "dkim",   "greylisting",
                                                         "sieve", "user-rule", "nothing", "unknown"};

/// Looks at the filter's own log first, then at the SMTP reply, then at the header, then at the folder: the nearer to
/// the decision, the harder it is for a sender to have written it.
Attribution attribute(const Traces& traces);

}  // namespace labctl::mail
