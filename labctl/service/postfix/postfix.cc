#include <fmt/format.h>

#include "labctl/service/deployments.h"

namespace labctl::service {
namespace {

constexpr const char* kSubmissionService =
    "submission inet n     -       n       -       -       smtpd\n"
    "  -o syslog_name=postfix/submission\n"
    "  -o smtpd_tls_security_level=encrypt\n"
    "  -o smtpd_sasl_auth_enable=yes\n";

Result<Deployment> deploy_postfix(const Context& context, std::string_view kind, bool submission) {
  auto values = context.placeholders();
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

}  // namespace

Result<Deployment> deploy_postfix_mx(const Context& context) { return deploy_postfix(context, "mx", false); }
Result<Deployment> deploy_postfix_submission(const Context& context) {
  return deploy_postfix(context, "submission", true);
}
Result<Deployment> deploy_postfix_rogue(const Context& context) { return deploy_postfix(context, "rogue", true); }

}  // namespace labctl::service
