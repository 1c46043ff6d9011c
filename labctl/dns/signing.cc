#include "labctl/dns/signing.h"

#include <algorithm>
#include <array>
#include <string>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

constexpr std::array<std::string_view, 3> kEverywhere{"RRSIG", "NSEC", "NSEC3"};
/// Of the zone itself; below it somebody may publish such a record by hand.
constexpr std::array<std::string_view, 4> kAtTheApex{"DNSKEY", "NSEC3PARAM", "CDS", "CDNSKEY"};

}  // namespace

void drop_signing_records(std::vector<Record>& records, std::string_view zone) {
  const std::string apex = zone.ends_with('.') ? std::string(zone) : std::string(zone) + ".";
  std::erase_if(records, [&](const Record& record) {
    return std::ranges::find(kEverywhere, record.type) != kEverywhere.end() ||
           (equal_ignoring_case(record.owner, apex) && std::ranges::find(kAtTheApex, record.type) != kAtTheApex.end());
  });
}

}  // namespace labctl::dns
