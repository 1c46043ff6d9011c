#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/evaluate/dmarc.h"
#include "labctl/evaluate/spf.h"

namespace labctl::evaluate {

/// A message that has not been sent yet, as its receiver will see it.
struct Message {
  SmtpClient client;
  std::string from;  ///< address of the header From
  std::vector<DkimSignature> dkim;
};

/// What a receiver that follows the RFCs will say of it.
struct Prediction {
  SpfOutcome helo;  ///< the HELO identity; DMARC takes it for a null reverse-path only
  SpfOutcome spf;   ///< the MAIL FROM identity
  std::optional<DmarcOutcome> by_7489;
  std::optional<DmarcOutcome> by_9989;
  std::vector<std::string> differences;  ///< between the two, when both were asked for
};

Prediction predict(Resolver& resolver, const Message& message, bool with_7489, bool with_9989);

/// "d=DOMAIN,result=pass", as a person writes a signature and its result. Errors: `usage`.
Result<DkimSignature> parse_signature(std::string_view text);
/// Errors: `usage` for what is no address: a local part, "@" and a domain.
Result<void> check_address(std::string_view address, std::string_view what);

}  // namespace labctl::evaluate
