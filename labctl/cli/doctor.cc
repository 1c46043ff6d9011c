#include "labctl/cli/doctor.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/host/image.h"
#include "labctl/lab/kernel_limits.h"

namespace labctl::cli {

std::vector<host::Finding> examine_machine(std::size_t hosts) {
  return host::examine(host::this_machine(), {.hosts = hosts,
                                              .inotify_instances = lab::kInotifyInstances,
                                              .image = host::image_of(host::image_recipe()).disk_template});
}

Error with_diagnosis(Error error, std::size_t hosts) {
  if (error.kind != ErrorKind::lab && error.kind != ErrorKind::timeout) return error;
  std::vector<std::string> missing;
  for (const auto& finding : examine_machine(hosts))
    if (finding.health == host::Health::missing) missing.push_back(finding.what);
  if (missing.empty()) return error;
  error.hint += fmt::format("{}this machine lacks: {}; labctl doctor tells how to mend it",
                            error.hint.empty() ? "" : "\n  ", join(missing, ", "));
  return error;
}

}  // namespace labctl::cli
