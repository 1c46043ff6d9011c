#include <fmt/format.h>

#include <array>

#include "labctl/service/deployments.h"

namespace labctl::service {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"plain", "footer", "munged", "mitigated"};
constexpr const char* kTemplates = "/var/lib/mailman3/templates/lists";

host::File owned(host::File file) {
  file.owner = file.group = "list";
  return file;
}

}  // namespace

Result<Deployment> deploy_mailman(const Context& context) {
  const auto values = context.placeholders();
  const auto& domain = context.host.mail_domain;
  Deployment deployment{.units = {"mailman3.service"}, .probes = {{"127.0.0.1", 8024}}};
  LABCTL_ASSIGN(auto configuration, from_template("mailman/mailman.cfg", "/etc/mailman3/mailman.cfg", values, 0640));
  configuration.group = "list";
  deployment.files.push_back(std::move(configuration));
  LABCTL_ASSIGN(const auto script, embedded("mailman/lists.py"));
  deployment.files.push_back({.path = "/usr/local/lib/lab/lists.py", .content = std::string(script)});
  LABCTL_ASSIGN(auto unit,
                from_template("mailman/unit.conf", "/etc/systemd/system/mailman3.service.d/lab.conf", values));
  deployment.files.push_back(std::move(unit));
  std::string lists;
  deployment.files.push_back(owned({.path = kTemplates, .mode = 0755, .kind = host::File::Kind::directory}));
  for (const auto& participant : context.lab.participants) {
    for (const auto kind : kKinds)
      lists +=
          fmt::format("{}-{}@{} {}@{} {}\n", participant.id, kind, domain, topology::kUserB, participant.zone, kind);
    // An empty template is no footer; without one Mailman has its own.
    const auto list = fmt::format("{}/{}-plain.{}", kTemplates, participant.id, domain);
    deployment.files.push_back(owned({.path = list, .mode = 0755, .kind = host::File::Kind::directory}));
    deployment.files.push_back(owned({.path = list + "/en", .mode = 0755, .kind = host::File::Kind::directory}));
    deployment.files.push_back(owned({.path = list + "/en/list:member:regular:footer.txt", .content = ""}));
  }
  deployment.files.push_back({.path = "/etc/mailman3/lab.lists", .content = std::move(lists)});
  return deployment;
}

}  // namespace labctl::service
