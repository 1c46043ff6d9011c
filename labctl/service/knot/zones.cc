#include "labctl/service/knot/zones.h"

#include <fmt/format.h>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/topology/intermediary.h"

namespace labctl::service {
namespace {

// The seed's date serial; an edit by hand or by control goes up from it.
constexpr const char* kFirstSerial = "2025103001";

Result<std::string> from_zone_template(std::string_view name, const Placeholders& values) {
  const std::string path = fmt::format("{}/zones/{}", data_directory(), name);
  LABCTL_ASSIGN(const auto text, read_file(path));
  return fill(text, values, path);
}

std::string reversed(std::string_view address) {
  const auto octets = split(address, '.');
  return fmt::format("{}.{}.{}.{}.in-addr.arpa", octets[3], octets[2], octets[1], octets[0]);
}

/// A DKIM-style key record: character strings hold at most 255 octets (RFC 1035 section 3.3.14).
std::string key_record(std::string_view public_key) {
  std::string text = fmt::format("v=DKIM1; k=rsa; p={}", public_key);
  std::string record;
  for (std::size_t at = 0; at < text.size(); at += 255)
    record += fmt::format("{}\"{}\"", record.empty() ? "" : " ", text.substr(at, 255));
  return record;
}

/// What the zone above says of a signed zone (RFC 4035 section 2.4); nothing of one that is not signed.
std::string delegation_signer(const Context& context, const std::string& zone) {
  const auto key = context.credentials.zone_keys.find(zone);
  return key == context.credentials.zone_keys.end() ? std::string() : fmt::format("{}. DS {}\n", zone, key->second.ds);
}

}  // namespace

Result<std::vector<ZoneText>> parent_zones(const Context& context) {
  const auto& lab = context.lab;
  Placeholders values = context.placeholders();
  values["serial"] = kFirstSerial;
  const std::string tld = lab.domain.substr(lab.domain.rfind('.') + 1);
  values["tld"] = tld;
  std::string shared_hosts;
  std::string delegations;
  std::string pointers;
  for (const auto& host : lab.hosts) {
    if (!host.mail_domain.empty()) continue;
    if (!host.has(topology::Role::rogue)) pointers += fmt::format("{}. PTR {}.\n", reversed(host.address), host.fqdn);
    if (host.participant.empty()) shared_hosts += fmt::format("{}. A {}\n", host.fqdn, host.address);
  }
  for (const auto& participant : lab.participants) {
    const auto* authority = lab.find_host(participant.receiver);
    delegations += fmt::format("{0}. NS ns.{0}.\nns.{0}. A {1}\n", participant.zone, authority->address);
    delegations += delegation_signer(context, participant.zone);
  }
  // Forwarders and lists come to a lab that is up already: their domains are delegated whether they are there or not.
  std::string intermediary_delegations;
  for (const auto& one : topology::intermediaries()) {
    const auto host = topology::host_of(one, lab);
    if (host.mail_domain == lab.domain) continue;
    pointers += fmt::format("{}. PTR {}.\n", reversed(host.address), host.fqdn);
    intermediary_delegations += fmt::format("{0}. NS ns.{0}.\nns.{0}. A {1}\n", host.mail_domain, host.address);
    intermediary_delegations += delegation_signer(context, host.mail_domain);
  }
  values["intermediary_delegations"] = intermediary_delegations;
  values["shared_hosts"] = shared_hosts;
  values["delegations"] = delegations;
  values["pointers"] = pointers;
  const std::string reverse = topology::reverse_zone(lab);
  values["reverse_delegations"] =
      fmt::format("{}. NS parent-dns.{}.\n{}", reverse, lab.domain, delegation_signer(context, reverse));
  values["tld_ds"] = delegation_signer(context, tld);
  values["domain_ds"] = delegation_signer(context, lab.domain);

  std::vector<ZoneText> zones;
  LABCTL_ASSIGN(std::string root, from_zone_template("root.zone", values));
  zones.push_back({".", std::move(root)});
  LABCTL_ASSIGN(std::string top, from_zone_template("tld.zone", values));
  zones.push_back({tld, std::move(top)});
  LABCTL_ASSIGN(std::string own, from_zone_template("lab-domain.zone", values));
  zones.push_back({lab.domain, std::move(own)});
  values["zone"] = reverse;
  LABCTL_ASSIGN(std::string pointers_of_hosts, from_zone_template("reverse.zone", values));
  zones.push_back({reverse, std::move(pointers_of_hosts)});
  return zones;
}

Result<ZoneText> participant_zone(const Context& context) {
  Placeholders values = context.placeholders();
  values["serial"] = kFirstSerial;
  values["arc_record"] = key_record(context.credentials.arc_key.public_text);
  LABCTL_ASSIGN(std::string text, from_zone_template("participant.zone", values));
  return ZoneText{values.at("zone"), std::move(text)};
}

Result<ZoneText> intermediary_zone(const Context& context) {
  Placeholders values = context.placeholders();
  values["serial"] = kFirstSerial;
  values["selector"] = context.host.has(topology::Role::list) ? "lists" : "arc";
  values["key_record"] = key_record(context.credentials.intermediary_key.public_text);
  LABCTL_ASSIGN(std::string text, from_zone_template("intermediary.zone", values));
  return ZoneText{context.host.mail_domain, std::move(text)};
}

}  // namespace labctl::service
