#pragma once

#include <map>
#include <string>
#include <vector>

#include "labctl/lab/ports.h"
#include "labctl/scenario/prediction_check.h"
#include "labctl/scenario/runner.h"

namespace labctl::cli {

/// `run --predict`: takes the lab's zones before each message is sent, predicts by them, and compares with what the
/// receiver wrote. Tells all that it hears to `inner`.
class Predicting final : public scenario::RunObserver {
 public:
  Predicting(const lab::Ports& ports, std::string run_dir, scenario::RunObserver& inner)
      : ports_(ports), run_dir_(std::move(run_dir)), inner_(inner) {}

  void step_began(const std::string& participant, const scenario::Scenario& scenario,
                  const scenario::Step& step) override;
  void step_ended(const std::string& participant, const scenario::StepVerdict& verdict) override;

  /// Writes predictions.json into the run directory; the text for a person.
  [[nodiscard]] Result<std::string> report(Language language) const;

 private:
  struct Sent {
    std::string participant;
    std::string step;
    std::string what;  ///< the step, and of a day's mail the kind
    scenario::PredictionCheck check;
  };
  Result<scenario::ZoneSnapshot> zones_now(const std::string& participant);

  const lab::Ports& ports_;
  std::string run_dir_;
  scenario::RunObserver& inner_;
  /// By participant: the zones before each of their messages, oldest first.
  std::map<std::string, std::vector<scenario::ZoneSnapshot>> snapshots_;
  std::map<std::string, std::string> scenarios_;              ///< the one that each participant is at
  std::map<std::string, const scenario::Deviation*> listed_;  ///< what it says of the message that is under way
  std::vector<Sent> sent_;
  std::vector<std::string> unpredicted_;
};

}  // namespace labctl::cli
