#include "labctl/topology/receiver_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "labctl/base/text.h"

namespace labctl::topology {
namespace {

std::unexpected<Error> unknown_kind(std::string_view what, const std::string& name,
                                    const std::vector<std::string>& known) {
  const auto meant = nearest(name, known);
  return usage_error(fmt::format("no {} '{}'", what, printable(name)), {},
                     meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
}

}  // namespace

Result<ReceiverKind> receiver_kind(const ReceiverKind& wanted, const ReceiverKind& usual) {
  ReceiverKind kind{wanted.stack.empty() ? usual.stack : wanted.stack, wanted.profile};
  std::vector<std::string> stacks;
  std::vector<std::string> profiles;
  for (const auto& [stack, profile] : kReceiverKinds) {
    if (std::ranges::find(stacks, stack) == stacks.end()) stacks.emplace_back(stack);
    if (stack == kind.stack) profiles.emplace_back(profile);
  }
  if (profiles.empty()) return unknown_kind("receiver stack", kind.stack, stacks);
  if (kind.profile.empty() && std::ranges::find(profiles, usual.profile) != profiles.end())
    kind.profile = usual.profile;
  if (kind.profile.empty()) kind.profile = profiles.front();
  if (std::ranges::find(profiles, kind.profile) == profiles.end())
    return unknown_kind(fmt::format("profile of stack {}", kind.stack), kind.profile, profiles);
  return kind;
}

}  // namespace labctl::topology
