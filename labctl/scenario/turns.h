#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/scenario.h"
#include "labctl/topology/topology.h"

namespace labctl::scenario {

/// Who may touch what while a run's participants play side by side.
class Turns {
 public:
  Turns(const topology::Topology& lab, const std::vector<std::string>& participants)
      : lab_(lab), participants_(participants), own_(participants.size()) {}

  /// Errors: `usage` for a row whose neighbour is not part of the run, and for what can't be spread.
  Result<void> check(const std::vector<Scenario>& scenarios, bool spread) const;

  /// Held while a scenario is played.
  struct Turn {
    std::shared_lock<std::shared_mutex> beside;  ///< with others
    std::unique_lock<std::shared_mutex> alone;
    std::unique_lock<std::mutex> own;
    std::unique_lock<std::mutex> neighbour;
  };
  Turn take(std::size_t participant, const Scenario& scenario);

 private:
  [[nodiscard]] std::optional<std::size_t> neighbour_index(std::size_t participant) const;

  const topology::Topology& lab_;
  const std::vector<std::string>& participants_;
  std::shared_mutex lab_mutex_;
  std::deque<std::mutex> own_;  ///< by participant
};

}  // namespace labctl::scenario
