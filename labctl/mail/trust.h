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

/// Stage 2 (RFC 8601 sections 5 and 7.1): a field counts when its authserv-id is `authserv_id` and it stands where only
/// this receiver writes. The receiver's MTA puts its Received field on top of what came in, and its filter inserts one
/// Authentication-Results directly below that line. So what counts is the first field with that authserv-id below the
/// topmost Received "by `authserv_id`" over SMTP and above the next Received; a second one, or one further down, came
/// with the message and is foreign. Where fields with that name stand above the receiver's own Received, those count
/// and no other, however many (Postfix's policy services, OpenDKIM and OpenDMARC each write one): nothing that came in
/// can stand there.
TrustedResults trusted_results(const Message& message, std::string_view authserv_id);

}  // namespace labctl::mail
