#include "labctl/mail/trust.h"

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

/// RFC 5321 section 4.4: "by" Domain … "with" Protocol. LMTP is the local delivery behind the MTA.
bool is_smtp_received_by(const HeaderField& field, std::string_view name) {
  if (!equal_ignoring_case(trim(field.name), "Received")) return false;
  const std::string value = to_lower(field.value());
  const auto by = value.find(" by " + to_lower(name));
  if (by == std::string::npos) return false;
  const auto with = value.find(" with ", by);
  return with != std::string::npos && value.compare(with + 6, 4, "lmtp") != 0;
}

}  // namespace

TrustedResults trusted_results(const Message& message, std::string_view authserv_id) {
  enum class Place { above, own_block, below };
  TrustedResults results;
  Place place = Place::above;
  bool found = false;
  for (const auto& field : message.fields()) {
    const bool received = equal_ignoring_case(trim(field.name), "Received");
    if (place == Place::above && is_smtp_received_by(field, authserv_id)) {
      place = Place::own_block;
      continue;
    }
    if (place == Place::own_block && received) place = Place::below;
    if (!equal_ignoring_case(trim(field.name), "Authentication-Results")) continue;
    auto parsed = parse_authentication_results(field.raw);
    const bool own_name = equal_ignoring_case(parsed.authserv_id, authserv_id);
    if (own_name && place != Place::below && !found) {
      found = true;
      results.trusted.push_back(std::move(parsed));
    } else {
      results.foreign.push_back(std::move(parsed));
    }
  }
  // Without the receiver's own Received line nothing tells what came in from what was added.
  if (place == Place::above) {
    for (auto& field : results.trusted) results.foreign.push_back(std::move(field));
    results.trusted.clear();
  }
  return results;
}

}  // namespace labctl::mail
