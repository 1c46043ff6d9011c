#include "labctl/topology/intermediary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"

namespace labctl::topology {
namespace {

constexpr std::array kPlain{Role::forwarder};
constexpr std::array kRewriting{Role::forwarder, Role::srs};
constexpr std::array kSealing{Role::forwarder, Role::sealer};
constexpr std::array kList{Role::list};

constexpr std::array<Intermediary, 5> kIntermediaries{{
    {"forwarder", "forward", 31, kPlain},
    {"srs-forwarder", "forward-srs", 32, kRewriting},
    {"arc-forwarder", "forward-arc", 33, kSealing},
    {"unknown-sealer", "unknown-arc", 34, kSealing},
    {"list", "lists", 35, kList},
}};

}  // namespace

std::span<const Intermediary> intermediaries() { return kIntermediaries; }

Result<const Intermediary*> find_intermediary(std::string_view name) {
  const auto* found = std::ranges::find(kIntermediaries, name, &Intermediary::name);
  if (found != kIntermediaries.end()) return found;
  std::vector<std::string> known;
  for (const auto& one : kIntermediaries) known.emplace_back(one.name);
  const auto meant = nearest(name, known);
  return usage_error(fmt::format("no lab has a host '{}' between sender and receiver", printable(name)), {},
                     meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
}

std::string mail_domain_of(const Intermediary& intermediary, const Topology& lab) {
  return fmt::format("{}.{}", intermediary.label, lab.domain.substr(lab.domain.rfind('.') + 1));
}

HostSpec host_of(const Intermediary& intermediary, const Topology& lab) {
  const auto domain = mail_domain_of(intermediary, lab);
  const auto octets = split(lab.controller_address, '.');
  const auto address = fmt::format("{}.{}.0.{}", octets[0], octets[1], intermediary.last_octet);
  return {.name = std::string(intermediary.name),
          .fqdn = "mx." + domain,
          .address = address,
          .mac = mac_of(address),
          .roles = {intermediary.roles.begin(), intermediary.roles.end()},
          .participant = {},
          .receiver = {},
          .mail_domain = domain};
}

Result<void> check_reach(const Topology& lab, std::string_view domain, bool says_where) {
  const bool brought_on = lab.intermediary_of(to_lower(domain)) != nullptr;
  if (brought_on == says_where) return {};
  return usage_error(fmt::format(fmt::runtime(brought_on ? "nothing says where {} brings the message"
                                                         : "'{}' is no forwarder's and no list's domain"),
                                 printable(domain)));
}

std::vector<std::string> together(const std::vector<std::string>& some, const std::vector<std::string>& more) {
  std::vector<std::string> names;
  for (const auto& one : kIntermediaries)
    if (std::ranges::find(some, one.name) != some.end() || std::ranges::find(more, one.name) != more.end())
      names.emplace_back(one.name);
  return names;
}

}  // namespace labctl::topology
