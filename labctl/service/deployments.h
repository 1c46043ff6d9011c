#pragma once

#include "labctl/service/service.h"

namespace labctl::service {

// One function for each row of the service table; each is in the folder of its daemon.
Result<Deployment> deploy_base(const Context& context);
Result<Deployment> deploy_knot_parent(const Context& context);
Result<Deployment> deploy_knot_authority(const Context& context);
Result<Deployment> deploy_knot_intermediary(const Context& context);
Result<Deployment> deploy_unbound(const Context& context);
Result<Deployment> deploy_redis(const Context& context);
Result<Deployment> deploy_rspamd(const Context& context);
Result<Deployment> deploy_rspamd_mailcow(const Context& context);
Result<Deployment> deploy_rspamd_sealer(const Context& context);
Result<Deployment> deploy_postfix_mx(const Context& context);
Result<Deployment> deploy_postfix_mx_own_filter(const Context& context);
Result<Deployment> deploy_postfix_mx_milters(const Context& context);
Result<Deployment> deploy_postfix_submission(const Context& context);
Result<Deployment> deploy_postfix_rogue(const Context& context);
Result<Deployment> deploy_postfix_forwarder(const Context& context);
Result<Deployment> deploy_postfix_list(const Context& context);
Result<Deployment> deploy_mailman(const Context& context);
Result<Deployment> deploy_postsrsd(const Context& context);
Result<Deployment> deploy_dovecot_mailbox(const Context& context);
Result<Deployment> deploy_dovecot_mailbox_results(const Context& context);
Result<Deployment> deploy_dovecot_auth(const Context& context);
Result<Deployment> deploy_opendkim(const Context& context);
Result<Deployment> deploy_opendkim_list(const Context& context);
Result<Deployment> deploy_opendkim_verifier(const Context& context);
Result<Deployment> deploy_opendmarc(const Context& context);
Result<Deployment> deploy_pyspf_milter(const Context& context);
Result<Deployment> deploy_suffixes(const Context& context);
Result<Deployment> deploy_sshd(const Context& context);

}  // namespace labctl::service
