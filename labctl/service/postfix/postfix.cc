#include <fmt/format.h>

#include "labctl/service/deployments.h"
#include "labctl/topology/intermediary.h"

namespace labctl::service {
namespace {

constexpr const char* kSubmissionService =
    "submission inet n     -       n       -       -       smtpd\n"
    "  -o syslog_name=postfix/submission\n"
    "  -o smtpd_tls_security_level=encrypt\n"
    "  -o smtpd_sasl_auth_enable=yes\n";

Result<Deployment> deploy_postfix(const Context& context, std::string_view kind, bool submission,
                                  const std::string& milters = {}, const std::string& more_settings = {}) {
  auto values = context.placeholders();
  values["milters"] = milters;
  values["more"] = more_settings;
  values["submission_service"] = submission ? kSubmissionService : "";
  LABCTL_ASSIGN(auto main, from_template("postfix/common.cf", "/etc/postfix/main.cf", values));
  LABCTL_ASSIGN(auto more, from_template(fmt::format("postfix/{}.cf", kind), "/etc/postfix/main.cf", values));
  main.content += more.content;
  LABCTL_ASSIGN(auto master, from_template("postfix/master.cf", "/etc/postfix/master.cf", values));
  return Deployment{
      .files = {std::move(main), std::move(master), {.path = "/etc/mailname", .content = context.host.fqdn + "\n"}},
      // Debian's postfix.service is only a name for all instances; this one is the daemon.
      .units = {"postfix.service", "postfix@-.service"},
      .probes = {{context.host.address, static_cast<std::uint16_t>(submission ? 587 : 25)}}};
}

/// `text` as a POSIX extended regular expression that takes it for itself.
std::string pattern_of(std::string_view text) {
  std::string pattern;
  for (const char c : text) pattern += c == '.' ? std::string("\\.") : std::string(1, c);
  return pattern;
}

Result<Deployment> deploy_mx(const Context& context, const std::string& milters) {
  LABCTL_ASSIGN(auto deployment, deploy_postfix(context, "mx", false, milters));
  LABCTL_ASSIGN(auto claimed, from_template("postfix/claimed_results.regexp", "/etc/postfix/claimed_results",
                                            {{"fqdn_pattern", pattern_of(context.host.fqdn)}}));
  deployment.files.push_back(std::move(claimed));
  return deployment;
}

/// "m001@forward.example user-b@m001.mail.nic.example", one a line; "m001-list@…" leads to a list of the participant's.
Result<std::string> forwards_of(const Context& context) {
  LABCTL_ASSIGN(const auto* const list, topology::find_intermediary("list"));
  const auto lists = topology::mail_domain_of(*list, context.lab);
  std::string text;
  for (const auto& participant : context.lab.participants) {
    text += fmt::format("{}@{} {}@{}\n", participant.id, context.host.mail_domain, topology::kUserB, participant.zone);
    text += fmt::format("{0}-list@{1} {0}-footer@{2}\n", participant.id, context.host.mail_domain, lists);
  }
  return text;
}

}  // namespace

Result<Deployment> deploy_postfix_mx(const Context& context) {
  const auto* filter = context.lab.with_role(topology::Role::filter);
  if (filter == nullptr) return lab_error("the lab has no filter host", context.host.name);
  return deploy_mx(context, fmt::format("inet:{}:11332", filter->address));
}
Result<Deployment> deploy_postfix_mx_own_filter(const Context& context) {
  return deploy_mx(context, fmt::format("inet:{}:11332", context.host.address));
}
Result<Deployment> deploy_postfix_mx_milters(const Context& context) {
  // OpenDMARC reads what the others wrote.
  return deploy_mx(context, "inet:127.0.0.1:8892, inet:127.0.0.1:8891, inet:127.0.0.1:8893");
}
Result<Deployment> deploy_postfix_submission(const Context& context) {
  return deploy_postfix(context, "submission", true);
}
Result<Deployment> deploy_postfix_forwarder(const Context& context) {
  std::string more;
  for (const auto& [role, name] :
       {std::pair{topology::Role::srs, "postfix/srs.cf"}, {topology::Role::sealer, "postfix/sealer.cf"}}) {
    if (!context.host.has(role)) continue;
    LABCTL_ASSIGN(const auto part, from_template(name, {}, context.placeholders()));
    more += part.content;
  }
  LABCTL_ASSIGN(auto deployment, deploy_postfix(context, "forwarder", false, {}, more));
  LABCTL_ASSIGN(auto forwards, forwards_of(context));
  deployment.files.push_back({.path = "/etc/postfix/forwards", .content = std::move(forwards)});
  return deployment;
}
Result<Deployment> deploy_postfix_list(const Context& context) { return deploy_postfix(context, "list", false); }
Result<Deployment> deploy_postfix_rogue(const Context& context) { return deploy_postfix(context, "rogue", true); }

}  // namespace labctl::service
