#include "labctl/cli/lesson_hosts.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/cli/live_status.h"

namespace labctl::cli {

Result<std::unique_ptr<lab::Lab>> open_lab_to_play(const std::vector<scenario::Scenario>& scenarios,
                                                   const Context& context) {
  const auto needed = scenario::hosts_of(scenarios);
  if (!needed.empty()) {
    LiveStatus status(context.quiet);
    const auto added =
        lab::add_intermediaries(context.lab, needed, [&](std::string_view what) { status.now(what); }, context.stop);
    status.clear();
    LABCTL_TRY(added);
  }
  return lab::Lab::open(context.lab);
}

Result<std::unique_ptr<lab::Lab>> open_lab_by_hand(const std::vector<scenario::Scenario>& scenarios,
                                                   const Context& context) {
  LABCTL_ASSIGN(auto lab, lab::Lab::open(context.lab));
  std::vector<std::string> missing;
  for (const auto& name : scenario::hosts_of(scenarios))
    if (lab->topology().find_host(name) == nullptr) missing.push_back(name);
  if (!missing.empty())
    return usage_error(
        fmt::format("lab '{}' has no host {}, which the lesson needs", context.lab, join(missing, " and no host ")), {},
        fmt::format("labctl --lab {} up --with {}", context.lab, join(missing, ",")));
  return lab;
}

}  // namespace labctl::cli
