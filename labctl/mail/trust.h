#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/authentication_results.h"
#include "labctl/mail/message.h"

namespace labctl::mail {

/// What a message says about its authentication, told apart by who wrote it.
struct TrustedResults {
  std::vector<AuthenticationResults> trusted;  ///< written by the graded receiver
  std::vector<AuthenticationResults> foreign;  ///< everything else: never graded
};

/// Stage 2: a field counts when its authserv-id is `authserv_id` and it stands above the first Received field that the
/// graded receiver wrote for this hop (RFC 8601 section 5 and 7.1). A receiver that prepends both is read so: every
/// trusted field precedes the topmost Received whose "by" is the receiver's SMTP server.
TrustedResults trusted_results(const Message& message, std::string_view authserv_id);

}  // namespace labctl::mail
