#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {
namespace {

struct CredentialFlags {
  std::string participants;
  std::string directory;
  bool json = false;
};

/// Where one participant comes in, and with what.
struct WayIn {
  std::string participant;
  std::string zone;
  std::string password;
  std::string private_key;
  std::string bastion;          ///< FQDN
  std::string bastion_address;  ///< where its SSH is reached: published, or inside the lab only
  std::string bastion_port;
  std::string bastion_host_key;  ///< "ssh-ed25519 AAAA…"
  std::string imap;              ///< "ADDRESS:PORT"
  bool published = false;        ///< up --listen
};

std::pair<std::string, std::string> address_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<WayIn> way_in(const lab::Lab& lab, const std::string& id) {
  const auto& topology = lab.topology();
  const auto& participant = *topology.find_participant(id);
  const auto& own = lab.credentials().participants.at(id);
  const auto* bastion = topology.with_role(topology::Role::bastion);
  const auto* mailbox = topology.with_role(topology::Role::mailbox, id);
  if (bastion == nullptr || mailbox == nullptr) return lab_error("the lab has no bastion or no mailbox", id);
  WayIn way{.participant = id,
            .zone = participant.zone,
            .password = own.password,
            .private_key = own.ssh.private_pem,
            .bastion = bastion->fqdn,
            .bastion_address = bastion->address,
            .bastion_port = "22",
            .bastion_host_key = lab.credentials().ssh_host_keys.at(bastion->name).public_text,
            .imap = mailbox->address + ":143"};
  for (const auto& forward : lab.forwards()) {
    if (forward.target == bastion->address + ":22") {
      std::tie(way.bastion_address, way.bastion_port) = address_and_port(forward.listen);
      way.published = true;
    }
    if (forward.target == way.imap) way.imap = forward.listen;
  }
  return way;
}

std::string ssh_config(const WayIn& way) {
  return fmt::format(
      "# In this directory: ssh -F ssh_config island\n"
      "Host island {0}\n    HostName {1}\n    Port {2}\n    User {3}\n    HostKeyAlias {0}\n"
      "    IdentityFile id_ed25519\n    IdentitiesOnly yes\n    UserKnownHostsFile known_hosts\n"
      "    StrictHostKeyChecking yes\n",
      way.bastion, way.bastion_address, way.bastion_port, topology::kUserA);
}

Result<void> write_files(const WayIn& way, const std::string& ca_pem, const std::string& directory) {
  const std::string own = fmt::format("{}/{}", directory, way.participant);
  LABCTL_TRY(make_directories(own, 0700));
  LABCTL_TRY(write_file(own + "/id_ed25519", way.private_key, 0600));
  LABCTL_TRY(write_file(own + "/ssh_config", ssh_config(way)));
  LABCTL_TRY(write_file(own + "/known_hosts", fmt::format("{} {}\n", way.bastion, way.bastion_host_key)));
  return write_file(own + "/ca.pem", ca_pem);
}

Json to_json(const WayIn& way) {
  return {{"participant", way.participant},
          {"zone", way.zone},
          {"password", way.password},
          {"published", way.published},
          {"ssh",
           {{"host", way.bastion_address},
            {"port", std::stoi(way.bastion_port)},
            {"user", topology::kUserA},
            {"host_key", way.bastion_host_key},
            {"private_key", way.private_key}}},
          {"imap", {{"address", way.imap}, {"user", fmt::format("{}@{}", topology::kUserA, way.zone)}}}};
}

std::string in_words(const WayIn& way) {
  return fmt::format(
      "{0}\n  password  {1}\n  SSH       {2} port {3}, user {4} with the key, or {0} with the password\n"
      "  IMAP      {5}, user {4}@{6} or {7}@{6}\n",
      way.participant, way.password, way.bastion_address, way.bastion_port, topology::kUserA, way.imap, way.zone,
      topology::kUserB);
}

}  // namespace

Action declare_credentials(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<CredentialFlags>();
  app.add_option("-p,--participant", flags->participants, "participants: m001,m002 (all)");
  app.add_option("--write", flags->directory,
                 "write DIR/mNNN with key, ssh_config, known_hosts and the lab's CA certificate, to hand out");
  declare_json(app, flags->json);
  app.footer(
      "JSON: [{\"participant\", \"zone\", \"password\", \"published\", \"ssh\": {\"host\", \"port\", \"user\", "
      "\"host_key\", "
      "\"private_key\"}, \"imap\": {\"address\", \"user\"}}]");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto participants, participants_of(lab->topology(), flags->participants));
    Json all = Json::array();
    std::string text;
    bool published = true;
    for (const auto& id : participants) {
      LABCTL_ASSIGN(const auto way, way_in(*lab, id));
      if (!flags->directory.empty()) LABCTL_TRY(write_files(way, lab->credentials().ca_pem, flags->directory));
      all.push_back(to_json(way));
      text += in_words(way);
      published = published && way.published;
    }
    if (flags->json)
      print_json(all);
    else
      print(text);
    if (!published && !context.quiet)
      complain("note: these addresses are inside the lab; labctl up --listen ADDRESS publishes them\n");
    if (!flags->directory.empty() && !context.quiet)
      complain(
          fmt::format("to try one: cd {}/{} && ssh -F ssh_config island\n", flags->directory, participants.front()));
    return 0;
  };
}

}  // namespace labctl::cli
