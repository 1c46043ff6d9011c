#include "labctl/mail/trust.h"

#include "labctl/base/text.h"
#include "labctl/mail/received.h"

namespace labctl::mail {
namespace {

bool is_named(const HeaderField& field, std::string_view name) { return equal_ignoring_case(trim(field.name), name); }

/// LMTP is the local delivery behind the MTA.
bool is_smtp_received_by(const HeaderField& field, std::string_view name) {
  if (!is_named(field, "Received")) return false;
  const auto received = parse_received(field.raw);
  return received.is_smtp() && equal_ignoring_case(received.by, name);
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
