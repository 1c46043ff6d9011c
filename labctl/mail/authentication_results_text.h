#pragma once

#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/mail/authentication_results.h"

namespace labctl::mail {

/// What a person hands over to be read.
struct AuthenticationResultsText {
  std::vector<AuthenticationResults> fields;      ///< Authentication-Results, in their order
  std::vector<AuthenticationResults> arc_fields;  ///< ARC-Authentication-Results
  std::size_t other_fields = 0;                   ///< of the header that were passed over
};

/// Reads a whole message (an mbox's "From " line may stand above it), one header field or several, or the body of one
/// field alone. Errors: `usage` when there is nothing to read, or no text.
Result<AuthenticationResultsText> read_authentication_results(std::string_view text);

}  // namespace labctl::mail
