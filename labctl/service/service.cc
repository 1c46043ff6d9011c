#include "labctl/service/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/service/deployments.h"
#include "labctl/service/embedded_files.h"

namespace labctl::service {
namespace {

constexpr std::array kServices{
    Service{"base", &deploy_base, ""},
    Service{"knot-parent", &deploy_knot_parent, ""},
    Service{"knot", &deploy_knot_authority, ""},
    Service{"knot-intermediary", &deploy_knot_intermediary, ""},
    Service{"unbound", &deploy_unbound, ""},
    Service{"redis", &deploy_redis, ""},
    Service{"rspamd", &deploy_rspamd, "/var/log/rspamd/rspamd.log"},
    Service{"rspamd-mailcow", &deploy_rspamd_mailcow, "/var/log/rspamd/rspamd.log"},
    Service{"rspamd-sealer", &deploy_rspamd_sealer, "/var/log/rspamd/rspamd.log"},
    Service{"postfix-mx", &deploy_postfix_mx, "/var/log/mail.log"},
    Service{"postfix-mx-own-filter", &deploy_postfix_mx_own_filter, "/var/log/mail.log"},
    Service{"postfix-mx-milters", &deploy_postfix_mx_milters, "/var/log/mail.log"},
    Service{"postfix-submission", &deploy_postfix_submission, "/var/log/mail.log"},
    Service{"postfix-rogue", &deploy_postfix_rogue, "/var/log/mail.log"},
    Service{"postfix-forwarder", &deploy_postfix_forwarder, "/var/log/mail.log"},
    Service{"postfix-list", &deploy_postfix_list, "/var/log/mail.log"},
    Service{"mailman", &deploy_mailman, "/var/log/mailman3/mailman.log"},
    Service{"postsrsd", &deploy_postsrsd, ""},
    Service{"dovecot-mailbox", &deploy_dovecot_mailbox, "/var/log/dovecot.log"},
    Service{"dovecot-mailbox-results", &deploy_dovecot_mailbox_results, "/var/log/dovecot.log"},
    Service{"dovecot-auth", &deploy_dovecot_auth, "/var/log/dovecot.log"},
    Service{"opendkim", &deploy_opendkim, ""},
    Service{"opendkim-list", &deploy_opendkim_list, ""},
    Service{"opendkim-verifier", &deploy_opendkim_verifier, ""},
    Service{"opendmarc", &deploy_opendmarc, ""},
    Service{"pyspf-milter", &deploy_pyspf_milter, ""},
    Service{"suffixes", &deploy_suffixes, ""},
    Service{"sshd", &deploy_sshd, ""},
};

}  // namespace

std::span<const Service> services() { return kServices; }

const Service* find_service(std::string_view name) {
  const auto* found = std::ranges::find(kServices, name, &Service::name);
  return found == kServices.end() ? nullptr : found;
}

Placeholders Context::placeholders() const {
  using topology::Role;
  Placeholders values{{"lab", lab.lab},
                      {"domain", lab.domain},
                      {"host", host.name},
                      {"fqdn", host.fqdn},
                      {"address", host.address},
                      {"participant", host.participant},
                      {"mail_domain", host.mail_domain},
                      {"controller_address", lab.controller_address}};
  for (const auto& [key, role] : {std::pair{"parent_address", Role::parent_dns},
                                  {"resolver_address", Role::resolver},
                                  {"filter_address", Role::filter},
                                  {"rogue_address", Role::rogue}})
    if (const auto* found = lab.with_role(role)) values[key] = found->address;
  if (const auto* participant = lab.find_participant(host.participant)) {
    values["zone"] = participant->zone;
    if (const auto* receiver = lab.find_host(participant->receiver)) values["receiver_address"] = receiver->address;
    if (const auto* sender = lab.find_host(participant->sender)) values["sender_address"] = sender->address;
  }
  return values;
}

Result<std::string_view> embedded(std::string_view path) {
  const auto* found = std::ranges::find(kEmbeddedFiles, path, [](const auto& file) { return file.first; });
  if (found == kEmbeddedFiles.end()) return lab_error("labctl was built without this template", std::string(path));
  return found->second;
}

Result<host::File> from_template(std::string_view embedded_path, std::string target, const Placeholders& values,
                                 unsigned mode) {
  LABCTL_ASSIGN(const auto text, embedded(embedded_path));
  LABCTL_ASSIGN(auto content, fill(text, values, fmt::format("labctl/service/{}", embedded_path)));
  return host::File{.path = std::move(target), .content = std::move(content), .mode = mode};
}

}  // namespace labctl::service
