#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/doctor.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/verbs.h"
#include "labctl/config/lab_settings.h"
#include "labctl/lab/record.h"

namespace labctl::cli {
namespace {

struct UpFlags {
  int participants = 0;
  std::string domain;
  std::string listen;
  std::uint16_t listen_port_base = 0;
  std::string stack;
  std::string profile;
  std::vector<std::string> with;
  bool dnssec = false;
  bool json = false;
};

/// What the lab has when it is there, lab.toml over it, the command line over that.
Result<topology::LabSettings> settings_of(const UpFlags& flags, const Context& context, const CLI::App& app) {
  topology::LabSettings settings;
  std::string file = context.lab_file;
  if (file.empty() && ::access("lab.toml", F_OK) == 0) file = "lab.toml";
  if (!file.empty()) {
    LABCTL_ASSIGN(settings, config::load_lab_settings(file));
  }
  if (file.empty() || context.lab != "default") settings.lab = context.lab;
  // A lab that is there and nothing said about it: it is to be mended as it is.
  if (file.empty() && lab::record_exists(settings.lab))
    if (auto record = lab::load_record(settings.lab)) settings = record->settings;
  if (app.count("-n") > 0) settings.participants = flags.participants;
  if (app.count("--domain") > 0) settings.domain = flags.domain;
  if (app.count("--listen") > 0) settings.listen = flags.listen;
  if (app.count("--listen-port-base") > 0) settings.listen_port_base = flags.listen_port_base;
  if (app.count("--stack") > 0) settings.receiver.stack = flags.stack;
  if (flags.dnssec) settings.dnssec = true;
  if (app.count("--profile") > 0) settings.receiver.profile = flags.profile;
  if (app.count("--with") > 0) settings.with = flags.with;
  return settings;
}

Json json_of(const lab::Lab& lab, double seconds) {
  Json hosts = Json::array();
  Json participants = Json::array();
  for (const auto& host : lab.topology().hosts) hosts.push_back(cli::json_of(host));
  for (const auto& participant : lab.topology().participants) participants.push_back(participant.id);
  return {{"lab", lab.topology().lab},
          {"domain", lab.topology().domain},
          {"participants", std::move(participants)},
          {"hosts", std::move(hosts)},
          {"forwards", cli::json_of(lab.forwards())},
          {"seconds", seconds}};
}

Result<int> up(const topology::LabSettings& settings, const Context& context, bool json) {
  LABCTL_ASSIGN(const auto topology, topology::make_topology(settings));
  LiveStatus status(context.quiet);
  if (!settings.listen.empty() && !settings.listen.starts_with("127."))
    status.keep(
        "note: root inside a lab host is not contained by a user namespace; publish it only to people you trust");
  status.glimpse(fmt::format("making lab '{}' of {} hosts", settings.lab, topology.hosts.size()));
  const auto made = lab::up(settings, [&](std::string_view what) { status.now(what); }, context.stop);
  status.clear();
  if (!made) return std::unexpected(with_diagnosis(made.error(), topology.hosts.size()));
  if (json) {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(settings.lab));
    print_json(json_of(*lab, status.seconds()));
  } else if (!context.quiet) {
    print("lab '{}' is up: {} participants in {} ({:.1f} s)\n", settings.lab, settings.participants, settings.domain,
          status.seconds());
  }
  return 0;
}

}  // namespace

Action declare_up(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<UpFlags>();
  app.add_option("-n,--participants", flags->participants, "how many participants (3)");
  app.add_option("--domain", flags->domain, "the lab's domain (mail.nic.example)");
  app.add_option("--listen", flags->listen, "address to publish island's SSH and the mailboxes' IMAP on (off)");
  app.add_option("--listen-port-base", flags->listen_port_base, "SSH on this port, IMAP of mNNN on it + NNN (2200)");
  app.add_option("--stack", flags->stack, "what the receivers check mail with: rspamd, opendmarc (rspamd)");
  app.add_option("--profile", flags->profile, "how they weigh what it finds: policy, mailcow (policy)");
  app.add_option("--with", flags->with,
                 "hosts between sender and receiver, also for a lab that is up: forwarder, srs-forwarder, "
                 "arc-forwarder, unknown-sealer, list (none; a lesson that needs one adds it)")
      ->delimiter(',');
  app.add_flag("--dnssec", flags->dnssec, "sign the zones, from the root down, and let the resolver validate (off)");
  declare_json(app, flags->json);
  app.footer(
      "Without lab.toml and flags a lab that is there is completed and mended as it is.\n"
      "JSON: {\"lab\", \"domain\", \"participants\", \"hosts\": [{\"host\", \"fqdn\", \"address\", \"roles\", "
      "\"participant\"}], \"forwards\": [{\"what\", \"listen\", \"target\"}], \"seconds\"}");
  return [&app, &context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto settings, settings_of(*flags, context, app));
    return up(settings, context, flags->json);
  };
}

}  // namespace labctl::cli
