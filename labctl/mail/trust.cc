#include "labctl/mail/trust.h"

#include <sstream>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

bool is_named(const HeaderField& field, std::string_view name) { return equal_ignoring_case(trim(field.name), name); }

/// RFC 5321 section 4.4: "by" Domain … "with" Protocol. LMTP is the local delivery behind the MTA. What the client says
/// of itself (EHLO name, envelope) stands before "by" or in comments and can't be taken for it.
bool is_smtp_received_by(const HeaderField& field, std::string_view name) {
  if (!is_named(field, "Received")) return false;
  std::istringstream words(without_comments(field.value()));
  bool by_name = false;
  for (std::string before, word; words >> word; before = word) {
    if (!by_name) by_name = equal_ignoring_case(before, "by") && equal_ignoring_case(word, name);
    if (by_name && equal_ignoring_case(before, "with")) return !to_lower(word).starts_with("lmtp");
  }
  return false;
}

}  // namespace

TrustedResults trusted_results(const Message& message, std::string_view authserv_id) {
  enum class Place { above, own_block, below };
  TrustedResults results;
  Place place = Place::above;
  for (const auto& field : message.fields()) {
    if (place == Place::above && is_smtp_received_by(field, authserv_id)) {
      place = Place::own_block;
    } else if (place == Place::own_block && is_named(field, "Received")) {
      place = Place::below;
    }
    if (!is_named(field, "Authentication-Results")) continue;
    auto parsed = parse_authentication_results(field.raw);
    const bool own_name = equal_ignoring_case(parsed.authserv_id, authserv_id);
    const bool own = own_name && (place == Place::above || (place == Place::own_block && results.trusted.empty()));
    (own ? results.trusted : results.foreign).push_back(std::move(parsed));
  }
  // Without the receiver's own Received line nothing tells what came in from what was added.
  if (place == Place::above) {
    for (auto& field : results.trusted) results.foreign.insert(results.foreign.begin(), std::move(field));
    results.trusted.clear();
  }
  return results;
}

}  // namespace labctl::mail
