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
  // Each clause is a name and one value: a value that looks like another clause's name (HELO "by") is none.
  for (std::string clause, value; words >> clause;) {
    std::string* place = nullptr;
    if (equal_ignoring_case(clause, "from")) place = &received.helo;
    if (equal_ignoring_case(clause, "by")) place = &received.by;
    if (equal_ignoring_case(clause, "with")) place = &received.with;
    if (place != nullptr && place->empty() && words >> value) *place = value;
  }
  if (received.helo.empty()) return received;
  const auto open = find_unquoted(field, "(");
  const auto close = field.find(')', open);
  if (close == std::string::npos) return received;
  if (trim(std::string_view(field).substr(0, open)).ends_with(received.helo))
    read_client(std::string_view(field).substr(open + 1, close - open - 1), received);
  return received;
}

}  // namespace labctl::mail
