#include "labctl/scenario/zone_start.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace labctl::scenario {
namespace {

constexpr std::array<std::string_view, 8> kMadeByTheServer{"SOA",    "RRSIG",      "NSEC", "NSEC3",
                                                           "DNSKEY", "NSEC3PARAM", "CDS",  "CDNSKEY"};

bool is_made_by_the_server(const dns::Record& record) {
  return std::ranges::find(kMadeByTheServer, record.type) != kMadeByTheServer.end();
}

}  // namespace

std::vector<dns::Record> starting_records(const topology::Topology& lab, const std::string& zone,
                                          const std::vector<dns::Record>& current) {
  const auto participant = std::ranges::find(lab.participants, zone, &topology::Participant::zone);
  std::vector<dns::Record> records;
  if (participant == lab.participants.end()) {
    std::ranges::copy_if(current, std::back_inserter(records), [](const dns::Record& record) {
      return record.type != "TXT" && !is_made_by_the_server(record);
    });
    return records;
  }
  const auto* receiver = lab.find_host(participant->receiver);
  const auto* sender = lab.find_host(participant->sender);
  const auto add = [&](std::string owner, const char* type, std::string rdata) {
    records.push_back({.owner = std::move(owner), .ttl = 20, .type = type, .rdata = std::move(rdata)});
  };
  add(zone + ".", "NS", fmt::format("ns.{}.", zone));
  add(zone + ".", "MX", fmt::format("10 receiver.{}.", zone));
  add(fmt::format("ns.{}.", zone), "A", receiver->address);
  add(receiver->fqdn + ".", "A", receiver->address);
  add(sender->fqdn + ".", "A", sender->address);
  const std::string arc = fmt::format("arc._domainkey.{}.", zone);
  std::ranges::copy_if(current, std::back_inserter(records),
                       [&](const dns::Record& record) { return record.owner == arc && record.type == "TXT"; });
  return records;
}

dns::ZoneEdit edit_to_become(const std::string& zone, const std::vector<dns::Record>& current,
                             const std::vector<dns::Record>& wanted) {
  dns::ZoneEdit edit{.zone = zone};
  const auto missing_in = [](const std::vector<dns::Record>& there) {
    return [&there](const dns::Record& record) {
      return !is_made_by_the_server(record) && std::ranges::find(there, record) == there.end();
    };
  };
  std::ranges::copy_if(current, std::back_inserter(edit.remove), missing_in(wanted));
  std::ranges::copy_if(wanted, std::back_inserter(edit.add), missing_in(current));
  return edit;
}

}  // namespace labctl::scenario
