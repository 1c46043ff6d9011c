#include "labctl/mail/received.h"

#include <sstream>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

/// "name [address]" or "[address]", from the comment behind the HELO name.
void read_client(std::string_view comment, Received& received) {
  const auto open = comment.rfind('[');
  const auto close = comment.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return;
  std::string_view address = comment.substr(open + 1, close - open - 1);
  if (equal_ignoring_case(address.substr(0, 5), "IPv6:")) address.remove_prefix(5);  // RFC 5321 section 4.1.3
  received.client_address = address;
  received.client_name = trim(comment.substr(0, open));
}

}  // namespace

bool Received::is_smtp() const { return !with.empty() && !to_lower(with).starts_with("lmtp"); }

Received parse_received(std::string_view field_body) {
  Received received;
  const std::string field = unfolded(field_body);
  std::istringstream words(without_comments(field));
  for (std::string before, word; words >> word; before = word) {
    const auto take = [&](const char* clause, std::string& value) {
      if (value.empty() && equal_ignoring_case(before, clause)) value = word;
    };
    // What the client says of itself stands first; a "by" in it would have to come before the real one.
    if (received.by.empty()) take("from", received.helo);
    take("by", received.by);
    if (!received.by.empty()) take("with", received.with);
  }
  const auto open = find_unquoted(field, "(");
  if (!received.helo.empty() && open != std::string::npos) {
    const auto close = field.find(')', open);
    const auto by = field.find(" by ");
    if (close != std::string::npos && open < by)
      read_client(std::string_view(field).substr(open + 1, close - open - 1), received);
  }
  return received;
}

}  // namespace labctl::mail
