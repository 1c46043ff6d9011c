#pragma once

#include <string>
#include <vector>

#include "labctl/service/service.h"

namespace labctl::service {

/// A zone and the text of its zone file.
struct ZoneText {
  std::string zone;  ///< "." for the root, else without trailing dot
  std::string text;
};

/// Root, TLD, lab domain and reverse zones from the templates in zones/.
Result<std::vector<ZoneText>> parent_zones(const Context& context);
/// A participant's zone at the start: no SPF, no DKIM, no DMARC.
Result<ZoneText> participant_zone(const Context& context);
/// The zone of a forwarder's or a list's own domain.
Result<ZoneText> intermediary_zone(const Context& context);

}  // namespace labctl::service
