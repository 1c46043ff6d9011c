#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// Hears of a run while it goes on. Calls come one at a time, from any thread.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void step_began(const std::string& participant, const Scenario& scenario, const Step& step) = 0;
  virtual void step_ended(const std::string& participant, const StepVerdict& verdict) = 0;
};

/// Whose steps to play, and where the evidence goes.
struct RunOptions {
  std::vector<std::string> participants;  ///< ids, in the order of the verdict
  std::size_t jobs = 1;                   ///< participants at once
  std::string run_dir;                    ///< made when it isn't there
  bool spread = false;                    ///< each row of a table once, by one of the participants, in turn
  std::string zone_notes;                 ///< where the zones before the run are noted (ZoneHistory); empty: nowhere
  lab::ZonePort* at_end = nullptr;  ///< by which the zones are put back, whatever `ports.stop` says; null: the ports
};

/// Plays the scenarios for each participant, several participants at once, each one's steps in order, and judges. All
/// evidence is in the run directory when a step has ended. When `ports.stop` is requested what was judged so far comes
/// back with `interrupted`. Errors: `usage` for an unknown participant; what keeps the run directory from being
/// written.
///
/// Rows of tables begin with the participant's zone as a new lab has it; what was there before the run is put back at
/// its end, also when the run is interrupted; for how long is bounded. A row has its participant, and the neighbour
/// that it names, to itself; one that publishes above the participants' zones has the lab to itself.
Result<RunVerdict> run(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const RunOptions& options,
                       RunObserver& observer);

/// Judges a run again, from the files of its directory alone: the same verdict as the run's own.
Result<RunVerdict> grade(const std::string& run_dir);

}  // namespace labctl::scenario
