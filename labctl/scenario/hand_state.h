#pragma once

#include <map>
#include <optional>
#include <string>

#include "labctl/base/error.h"
#include "labctl/evidence/evidence.h"
#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// Where one participant stands who works by hand: one file of JSON.
struct HandState {
  std::string open;                                    ///< id of the open step; empty: none is
  Opened since;                                        ///< when it was opened
  std::map<std::string, evidence::StepEvidence> kept;  ///< of passed steps, by step id
};

/// None when the participant has not begun. Errors: `lab` for a damaged file.
Result<std::optional<HandState>> load_hand_state(const std::string& state_dir, const std::string& participant);
Result<void> save_hand_state(const std::string& state_dir, const std::string& participant, const HandState& state);
/// The participant begins the course again.
Result<void> forget_hand_state(const std::string& state_dir, const std::string& participant);

}  // namespace labctl::scenario
