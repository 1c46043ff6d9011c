#include "labctl/scenario/values.h"

namespace labctl::scenario {

using topology::Role;

Placeholders values_of(const topology::Topology& lab, const topology::Participant& participant) {
  Placeholders values{{"lab", lab.lab},
                      {"domain", lab.domain},
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
  static const topology::Topology lab = *topology::make_topology({.participants = 1});
  return lab;
}

const topology::Credentials& specimen_credentials() {
  static const topology::Credentials credentials{.participants = {{"m001", {.password = "password"}}},
                                                 .rogue_password = "password"};
  return credentials;
}

Result<config::Value> filled(const config::Value& value, const Placeholders& values) {
  config::Value copy = value;
  if (copy.type == config::Type::string) {
    auto text = fill(copy.text, values, {});
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
