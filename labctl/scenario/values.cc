#include "labctl/scenario/values.h"

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/lesson_keys.h"
#include "labctl/topology/intermediary.h"

namespace labctl::scenario {

using topology::Role;

const topology::Participant* neighbour_of(const topology::Topology& lab, const topology::Participant& participant) {
  if (lab.participants.size() < 2) return nullptr;
  const auto own = std::ranges::find(lab.participants, participant.id, &topology::Participant::id);
  return own + 1 == lab.participants.end() ? &lab.participants.front() : &*(own + 1);
}

Placeholders values_of(const topology::Topology& lab, const topology::Participant& participant) {
  Placeholders values{{"lab", lab.lab},
                      {"domain", lab.domain},
                      {"dnssec", lab.dnssec ? "true" : "false"},
                      {"participant", participant.id},
                      {"zone", participant.zone},
                      {"receiver", participant.receiver},
                      {"sender", participant.sender}};
  const auto add = [&](const std::string& name, const topology::HostSpec* host) {
    if (host == nullptr) return;
    values[name] = host->name;
    values[name + "_fqdn"] = host->fqdn;
    values[name + "_address"] = host->address;
  };
  const auto* receiver = lab.find_host(participant.receiver);
  add("receiver", receiver);
  if (receiver != nullptr) {
    values["stack"] = receiver->receiver.stack;
    values["profile"] = receiver->receiver.profile;
  }
  add("sender", lab.find_host(participant.sender));
  add("rogue", lab.with_role(Role::rogue));
  add("island", lab.with_role(Role::bastion));
  add("resolver", lab.with_role(Role::resolver));
  for (const auto& host : lab.hosts)
    if (!host.mail_domain.empty()) {
      auto name = host.name;
      std::ranges::replace(name, '-', '_');
      add(name, &host);
      values[name + "_domain"] = host.mail_domain;
    }
  const auto labels = split(lab.domain, '.');
  values["tld"] = labels.back();
  values["organization"] = labels[labels.size() - 2] + "." + labels.back();
  if (const auto* neighbour = neighbour_of(lab, participant)) {
    values["neighbour"] = neighbour->id;
    values["neighbour_zone"] = neighbour->zone;
    add("neighbour_sender", lab.find_host(neighbour->sender));
  }
  values.insert(lesson_key_values().begin(), lesson_key_values().end());
  return values;
}

Placeholders handout_values(const topology::Topology& lab, const topology::Participant& participant,
                            const topology::Credentials& credentials) {
  Placeholders values = values_of(lab, participant);
  values["rogue_password"] = credentials.rogue_password;
  const auto own = credentials.participants.find(participant.id);
  values["password"] = own != credentials.participants.end() ? own->second.password : std::string();
  return values;
}

const topology::Topology& specimen_lab() {
  static const topology::Topology lab = [] {
    topology::LabSettings settings{.participants = 2};
    for (const auto& one : topology::intermediaries()) settings.with.emplace_back(one.name);
    return *topology::make_topology(settings);
  }();
  return lab;
}

const topology::Credentials& specimen_credentials() {
  static const topology::Credentials credentials{.participants = {{"m001", {.password = "password"}}},
                                                 .rogue_password = "password"};
  return credentials;
}

namespace {

/// fill(), but for %{i}, which is a macro of SPF (RFC 7208 section 7.2) and stays.
Result<std::string> filled_but_macros(std::string_view text, const Placeholders& values) {
  constexpr std::string_view kMacro = "%{";
  std::string all;
  while (true) {
    const auto macro = text.find(kMacro);
    LABCTL_ASSIGN(const auto part, fill(text.substr(0, macro), values, {}));
    all += part;
    if (macro == std::string_view::npos) return all;
    const auto end = std::min(text.find('}', macro), text.size());
    all += text.substr(macro, end - macro);
    text.remove_prefix(end);
  }
}

}  // namespace

Result<config::Value> filled(const config::Value& value, const Placeholders& values) {
  config::Value copy = value;
  if (copy.type == config::Type::string) {
    auto text = filled_but_macros(copy.text, values);
    if (!text) return usage_error(text.error().message, value.at.text(), text.error().hint);
    copy.text = *std::move(text);
  }
  for (auto& item : copy.items) {
    LABCTL_ASSIGN(item, filled(item, values));
  }
  for (auto& member : copy.members) {
    auto name = fill(member.key, values, {});
    if (!name) return usage_error(name.error().message, member.at.text(), name.error().hint);
    member.key = *std::move(name);
    LABCTL_ASSIGN(member.value, filled(member.value, values));
  }
  return copy;
}

}  // namespace labctl::scenario
