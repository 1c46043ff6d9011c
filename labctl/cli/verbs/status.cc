#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {
namespace {

std::string roles_of(const topology::HostSpec& host) {
  std::vector<std::string> names;
  for (const auto role : host.roles) names.emplace_back(name_of(role));
  return join(names, ",");
}

Json json_of(const lab::Lab& lab, const std::vector<lab::HostStatus>& hosts) {
  Json list = Json::array();
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    Json services = Json::array();
    for (const auto& service : hosts[i].services)
      services.push_back({{"unit", service.unit}, {"state", service.state}, {"ok", service.ok}});
    Json host = cli::json_of(lab.topology().hosts[i]);
    host["running"] = hosts[i].running;
    host["services"] = std::move(services);
    list.push_back(std::move(host));
  }
  return {{"lab", lab.topology().lab},
          {"domain", lab.topology().domain},
          {"hosts", std::move(list)},
          {"forwards", cli::json_of(lab.forwards())}};
}

void print_table(const lab::Lab& lab, const std::vector<lab::HostStatus>& hosts) {
  print("lab {}, domain {}\n{:<16} {:<14} {:<24} {}\n", lab.topology().lab, lab.topology().domain, "HOST", "ADDRESS",
        "ROLES", "SERVICES");
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto& spec = lab.topology().hosts[i];
    std::vector<std::string> services;
    for (const auto& service : hosts[i].services)
      services.push_back(service.ok ? service.unit.substr(0, service.unit.rfind('.'))
                                    : fmt::format("{}: {}", service.unit, service.state));
    print("{:<16} {:<14} {:<24} {}\n", spec.name, spec.address, roles_of(spec),
          hosts[i].running ? join(services, ", ") : "NOT RUNNING");
  }
  for (const auto& forward : lab.forwards()) print("{} is published on {}\n", forward.what, forward.listen);
}

}  // namespace

Action declare_status(CLI::App& app, const Context& context) {
  auto json = std::make_shared<bool>(false);
  declare_json(app, *json);
  app.footer(
      "Exit code 3 when a host or a service is down.\n"
      "JSON: {\"lab\", \"domain\", \"hosts\": [{\"host\", \"fqdn\", \"address\", \"roles\", \"participant\", "
      "\"running\", "
      "\"services\": [{\"unit\", \"state\", \"ok\"}]}], \"forwards\": [{\"what\", \"listen\", \"target\"}]}");
  return [&context, json]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab, lab::Completeness::any));
    LABCTL_ASSIGN(const auto hosts, lab->status());
    if (*json)
      print_json(json_of(*lab, hosts));
    else
      print_table(*lab, hosts);
    for (const auto& host : hosts) {
      if (!host.running) return 3;
      for (const auto& service : host.services)
        if (!service.ok) return 3;
    }
    return 0;
  };
}

}  // namespace labctl::cli
