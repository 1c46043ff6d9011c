#include "labctl/scenario/turns.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/scenario/values.h"

namespace labctl::scenario {

std::optional<std::size_t> Turns::neighbour_index(std::size_t participant) const {
  const auto* own = lab_.find_participant(participants_[participant]);
  const auto* neighbour = own != nullptr ? neighbour_of(lab_, *own) : nullptr;
  if (neighbour == nullptr) return std::nullopt;
  const auto found = std::ranges::find(participants_, neighbour->id);
  if (found == participants_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - participants_.begin());
}

Result<void> Turns::check(const std::vector<Scenario>& scenarios, bool spread) const {
  for (const auto& scenario : scenarios) {
    if (spread && !scenario.row)
      return usage_error(fmt::format("'{}' is no row of a table, and its steps need those before them: it can't be "
                                     "spread over participants",
                                     scenario.name),
                         {}, "play it without --spread");
    if (!scenario.row || !scenario.row->neighbour) continue;
    for (std::size_t i = 0; i < participants_.size(); ++i)
      if (!neighbour_index(i))
        return usage_error(
            fmt::format("'{}' uses the zone of {}'s neighbour, who is not part of this run", scenario.name,
                        participants_[i]),
            {}, lab_.participants.size() < 2 ? "it takes a lab of two participants: labctl up -n 2" : "leave -p out");
  }
  return {};
}

Turns::Turn Turns::take(std::size_t participant, const Scenario& scenario) {
  Turn turn;
  if (scenario.row && scenario.row->above) {
    turn.alone = std::unique_lock(lab_mutex_);
  } else {
    turn.beside = std::shared_lock(lab_mutex_);
  }
  turn.own = std::unique_lock(own_[participant], std::defer_lock);
  const auto neighbour =
      scenario.row && scenario.row->neighbour ? neighbour_index(participant) : std::optional<std::size_t>();
  if (!neighbour) {
    turn.own.lock();
    return turn;
  }
  turn.neighbour = std::unique_lock(own_[*neighbour], std::defer_lock);
  std::lock(turn.own, turn.neighbour);
  return turn;
}

}  // namespace labctl::scenario
