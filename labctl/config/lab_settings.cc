#include "labctl/config/lab_settings.h"

#include <fmt/format.h>

#include <array>

#include "labctl/base/text.h"
#include "labctl/config/document.h"
#include "labctl/config/schema.h"

namespace labctl::config {
namespace {

constexpr std::array<Key, 11> kKeys{{
    {.name = "lab", .summary = "name of the lab"},
    {.name = "domain", .summary = "the lab's domain"},
    {.name = "network", .summary = "network of the hosts' addresses: 198.18.0.0/16 or 198.19.0.0/16"},
    {.name = "participants", .types = static_cast<unsigned>(Type::integer), .summary = "how many participants"},
    {.name = "dnssec",
     .types = static_cast<unsigned>(Type::boolean),
     .summary = "sign the zones, and let the resolver validate"},
    {.name = "listen", .summary = "address for island's SSH and the mailboxes' IMAP"},
    {.name = "listen_port_base", .types = static_cast<unsigned>(Type::integer), .summary = "first port of `listen`"},
    {.name = "stack", .summary = "what the receivers check mail with: rspamd or opendmarc"},
    {.name = "profile", .summary = "how they weigh what it finds: policy or (rspamd) mailcow"},
    {.name = "receivers",
     .types = static_cast<unsigned>(Type::table),
     .summary = "participants whose receiver is another: { m002 = { stack = \"opendmarc\" } }"},
    {.name = "with",
     .types = static_cast<unsigned>(Type::array),
     .summary = "hosts between sender and receiver: [\"forwarder\", \"list\"]"},
}};

constexpr std::array<Key, 2> kReceiverKeys{{
    {.name = "stack", .summary = "as the lab's"},
    {.name = "profile", .summary = "as the lab's"},
}};

/// Asks the topology whether a lab can be made with just this one setting changed, so that the complaint has a place.
Result<void> must_make_a_lab(const topology::LabSettings& settings, const Value* value) {
  const auto lab = topology::make_topology(settings);
  if (lab || value == nullptr) return {};
  return bad_value(value->at, lab.error().message, lab.error().hint);
}

/// [receivers] m002 = { stack = "opendmarc" }
Result<void> read_receivers(const Value& root, topology::LabSettings& settings) {
  const Value* receivers = root.find("receivers");
  if (receivers == nullptr) return {};
  for (const auto& member : receivers->members) {
    LABCTL_TRY(check_type(member.value, static_cast<unsigned>(Type::table), member.key));
    LABCTL_TRY(check_table(member.value, kReceiverKeys, "a receiver"));
    settings.receivers[member.key] = {member.value.text_of("stack"), member.value.text_of("profile")};
    LABCTL_TRY(must_make_a_lab({.participants = settings.participants,
                                .receiver = settings.receiver,
                                .receivers = {{member.key, settings.receivers[member.key]}}},
                               &member.value));
  }
  return {};
}

}  // namespace

Result<topology::LabSettings> load_lab_settings(const std::string& path) {
  LABCTL_ASSIGN(const Value root, load_document(path));
  LABCTL_TRY(check_table(root, kKeys, "lab.toml"));
  topology::LabSettings settings;
  settings.lab = root.text_of("lab", settings.lab);
  LABCTL_TRY(must_make_a_lab({.lab = settings.lab}, root.find("lab")));
  settings.domain = root.text_of("domain", settings.domain);
  LABCTL_TRY(must_make_a_lab({.domain = settings.domain}, root.find("domain")));
  settings.network = root.text_of("network", settings.network);
  LABCTL_TRY(must_make_a_lab({.network = settings.network}, root.find("network")));
  LABCTL_ASSIGN(const auto participants,
                integer_of(root, "participants", 1, topology::kMaxParticipants, settings.participants));
  settings.participants = static_cast<int>(participants);
  if (const auto* dnssec = root.find("dnssec")) settings.dnssec = dnssec->boolean;
  settings.listen = root.text_of("listen");
  LABCTL_TRY(must_make_a_lab({.listen = settings.listen}, root.find("listen")));
  LABCTL_ASSIGN(const auto port,
                integer_of(root, "listen_port_base", 1, 65535 - topology::kMaxParticipants, settings.listen_port_base));
  settings.listen_port_base = static_cast<std::uint16_t>(port);
  settings.receiver = {root.text_of("stack"), root.text_of("profile")};
  LABCTL_TRY(must_make_a_lab({.receiver = {settings.receiver.stack, {}}}, root.find("stack")));
  LABCTL_TRY(must_make_a_lab({.receiver = settings.receiver}, root.find("profile")));
  LABCTL_TRY(read_receivers(root, settings));
  if (const Value* with = root.find("with"))
    for (const auto& item : with->items) {
      LABCTL_TRY(check_type(item, static_cast<unsigned>(Type::string), "with"));
      settings.with.push_back(item.text);
      LABCTL_TRY(must_make_a_lab({.domain = settings.domain, .with = {item.text}}, &item));
    }
  return settings;
}

}  // namespace labctl::config
