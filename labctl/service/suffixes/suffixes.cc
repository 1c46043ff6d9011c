#include "labctl/service/deployments.h"

namespace labctl::service {

/// Debian's public suffix list has no .example, so that what needs the organizational domain finds none.
Result<Deployment> deploy_suffixes(const Context& context) {
  LABCTL_ASSIGN(auto list,
                from_template("suffixes/lab.suffixes", "/etc/lab/public_suffix_list.dat", context.placeholders()));
  return Deployment{.files = {std::move(list)}, .units = {}, .probes = {}};
}

}  // namespace labctl::service
