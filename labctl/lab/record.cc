#include "labctl/lab/record.h"

#include <fmt/format.h>
#include <unistd.h>

#include "labctl/base/file.h"
#include "labctl/host/places.h"
#include "labctl/topology/intermediary.h"

namespace labctl::topology {

// nlohmann's hooks, found by argument-dependent lookup.
void to_json(Json& json, Role role) { json = name_of(role); }
void from_json(const Json& json, Role& role) {
  for (int i = 0; i <= static_cast<int>(kLastRole); ++i)
    if (name_of(static_cast<Role>(i)) == json.get<std::string>()) {
      role = static_cast<Role>(i);
      return;
    }
  throw Json::other_error::create(501, "unknown role " + json.get<std::string>(), nullptr);
}

LABCTL_JSON_STRUCT(ReceiverKind, stack, profile)
LABCTL_JSON_STRUCT(HostSpec, name, fqdn, address, mac, roles, participant, receiver, mail_domain)
LABCTL_JSON_STRUCT(Participant, id, number, zone, receiver, sender)
LABCTL_JSON_STRUCT(Topology, lab, domain, controller_address, dnssec, hosts, participants)
LABCTL_JSON_STRUCT(LabSettings, lab, domain, network, participants, dnssec, listen, listen_port_base, receiver,
                   receivers, with)
LABCTL_JSON_STRUCT(KeyPair, private_pem, public_text)
LABCTL_JSON_STRUCT(ZoneKey, private_pem, dnskey, ds)
LABCTL_JSON_STRUCT(HostCertificate, key_pem, chain_pem)
LABCTL_JSON_STRUCT(ParticipantCredentials, password, ssh)

}  // namespace labctl::topology

namespace labctl::lab {

LABCTL_JSON_STRUCT(Forward, what, listen, target)

namespace {

std::string record_file(const std::string& lab) { return host::state_directory(lab) + "/record.json"; }
std::string credentials_file(const std::string& lab) { return host::state_directory(lab) + "/credentials.json"; }

Result<Json> load_json(const std::string& path) {
  LABCTL_ASSIGN(const auto text, read_file(path));
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded())
    return lab_error("labctl's own record is damaged", path, "labctl down removes the lab all the same");
  return json;
}

}  // namespace

Json to_json(const topology::Topology& topology) {
  Json json;
  topology::to_json(json, topology);
  return json;
}

bool record_exists(const std::string& lab) { return ::access(record_file(lab).c_str(), F_OK) == 0; }

Result<void> save_record(const Record& record) {
  LABCTL_TRY(make_directories(host::state_directory(record.topology.lab), 0755));
  const Json json{{"settings", record.settings},
                  {"topology", record.topology},
                  {"forwards", record.forwards},
                  {"units", record.units},
                  {"complete", record.complete}};
  return write_file(record_file(record.topology.lab), json.dump(1) + "\n");
}

Result<Record> load_record(const std::string& lab) {
  LABCTL_ASSIGN(const auto json, load_json(record_file(lab)));
  try {
    Record record;
    json.at("settings").get_to(record.settings);
    json.at("topology").get_to(record.topology);
    json.at("forwards").get_to(record.forwards);
    json.at("units").get_to(record.units);
    json.at("complete").get_to(record.complete);
    return record;
  } catch (const Json::exception& error) {
    return lab_error(fmt::format("labctl's own record can't be read: {}", error.what()), record_file(lab),
                     "was it written by another version? labctl down removes the lab");
  }
}

Result<void> include_intermediaries(Record& record, const std::vector<std::string>& names) {
  auto all = topology::together(record.settings.with, names);
  if (all == record.settings.with) return {};
  auto settings = record.settings;
  settings.with = std::move(all);
  LABCTL_ASSIGN(record.topology, topology::make_topology(settings));
  record.settings = std::move(settings);
  return {};
}

Result<void> save_credentials(const std::string& lab, const topology::Credentials& credentials) {
  const Json json{{"ca_pem", credentials.ca_pem},
                  {"participants", credentials.participants},
                  {"certificates", credentials.certificates},
                  {"ssh_host_keys", credentials.ssh_host_keys},
                  {"arc_key", credentials.arc_key},
                  {"intermediary_key", credentials.intermediary_key},
                  {"srs_secret", credentials.srs_secret},
                  {"zone_keys", credentials.zone_keys},
                  {"rogue_password", credentials.rogue_password}};
  return write_file(credentials_file(lab), json.dump(1) + "\n", 0600);
}

Result<topology::Credentials> load_credentials(const std::string& lab) {
  LABCTL_ASSIGN(const auto json, load_json(credentials_file(lab)));
  try {
    topology::Credentials credentials;
    json.at("ca_pem").get_to(credentials.ca_pem);
    json.at("participants").get_to(credentials.participants);
    json.at("certificates").get_to(credentials.certificates);
    json.at("ssh_host_keys").get_to(credentials.ssh_host_keys);
    json.at("arc_key").get_to(credentials.arc_key);
    json.at("intermediary_key").get_to(credentials.intermediary_key);
    json.at("srs_secret").get_to(credentials.srs_secret);
    json.at("zone_keys").get_to(credentials.zone_keys);
    json.at("rogue_password").get_to(credentials.rogue_password);
    return credentials;
  } catch (const Json::exception& error) {
    return lab_error(fmt::format("the lab's credentials can't be read: {}", error.what()), credentials_file(lab));
  }
}

}  // namespace labctl::lab
