#include "labctl/scenario/scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/topology/intermediary.h"

namespace labctl::scenario {

const Step* Scenario::named(std::string_view as) const {
  const auto found = std::ranges::find(steps, as, &Step::as);
  return as.empty() || found == steps.end() ? nullptr : &*found;
}

std::optional<LocalText> Scenario::unfit(const Placeholders& values) const {
  for (const auto& need : lab_needs)
    if (const auto found = values.find(need); found == values.end() || found->second != "true")
      return LocalText{fmt::format("このレッスンは {0} のあるラボのものです。labctl up --{0} を参照してください", need),
                       fmt::format("this lesson is about a lab with {0}: labctl up --{0}", need)};
  const auto other = [&](const char* key, const std::string& needed) {
    const auto found = values.find(key);
    // A run from before receivers had a kind.
    return !needed.empty() && found != values.end() && found->second != needed;
  };
  if (!other("stack", needs.stack) && !other("profile", needs.profile)) return std::nullopt;
  const auto needed =
      fmt::format("{}{}{}", needs.stack, needs.stack.empty() || needs.profile.empty() ? "" : "/", needs.profile);
  const auto has = fmt::format("{}/{}", values.at("stack"), values.at("profile"));
  return LocalText{
      fmt::format("このレッスンは受信側が {} のときのものです (現在は {})。labctl up --profile を参照してください",
                  needed, has),
      fmt::format("this lesson is about a receiver of kind {}, and this one is {}: see labctl up --help", needed, has)};
}

std::vector<std::string> hosts_of(const std::vector<Scenario>& scenarios) {
  std::vector<std::string> all;
  for (const auto& one : scenarios) all = topology::together(all, one.hosts);
  return all;
}

}  // namespace labctl::scenario
