#include "labctl/scenario/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "labctl/base/parallel.h"
#include "labctl/base/text.h"
#include "labctl/scenario/groundwork.h"
#include "labctl/scenario/kept_zones.h"
#include "labctl/scenario/play.h"
#include "labctl/scenario/run_dir.h"
#include "labctl/scenario/turns.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

/// Forty zones take four seconds.
constexpr Milliseconds kPutBack{120'000};
/// The user waits for the prompt; what is left then is put back by the next labctl.
constexpr Milliseconds kPutBackWhenInterrupted{15'000};

StepVerdict judge_in(const std::vector<Scenario>& scenarios, const Scenario& scenario, const Step& step,
                     const EvidenceByScenario& evidence, const std::string& participant, const Placeholders& values) {
  const auto own = evidence.find(scenario.name);
  return judge_step(scenario, step, own != evidence.end() ? own->second : EvidenceByStep{}, values,
                    evidence_file(participant, scenario.name, step.id),
                    missing_groundwork(scenarios, evidence, scenario, step));
}

/// The verdict of run() and grade() alike.
RunVerdict judge_all(const RunHeader& header, const std::string& run_dir, const std::vector<Scenario>& scenarios,
                     const std::vector<EvidenceByScenario>& evidence) {
  RunVerdict verdict{
      .lab = header.lab, .outcome = Outcome::pass, .run_dir = run_dir, .interrupted = header.interrupted};
  for (std::size_t i = 0; i < header.participants.size(); ++i) {
    const auto& [id, values] = header.participants[i];
    ParticipantVerdict participant{.participant = id, .outcome = Outcome::pass};
    for (std::size_t number = 0; number < scenarios.size(); ++number) {
      if (!header.plays(i, number)) continue;
      const auto& scenario = scenarios[number];
      for (const auto& step : scenario.steps) {
        participant.steps.push_back(judge_in(scenarios, scenario, step, evidence[i], id, values));
        participant.outcome = worst(participant.outcome, participant.steps.back().outcome);
      }
    }
    verdict.outcome = worst(verdict.outcome, participant.outcome);
    verdict.participants.push_back(std::move(participant));
  }
  return verdict;
}

/// One run: what its threads share.
class Run {
 public:
  Run(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const RunOptions& options, RunObserver& observer)
      : ports_(ports),
        scenarios_(scenarios),
        options_(options),
        observer_(observer),
        evidence_(options.participants.size()),
        turns_(ports.topology, options.participants),
        zones_(ports, options.participants, options.zone_notes) {}

  Result<RunVerdict> play() {
    RunHeader header{.lab = ports_.topology.lab, .began = rfc3339(ports_.clock.wall())};
    for (const auto& scenario : scenarios_) header.scenarios.push_back(scenario.name);
    for (const auto& id : options_.participants) {
      LABCTL_ASSIGN(const auto* participant, find(id));
      header.participants.emplace_back(id, values_of(ports_.topology, *participant));
    }
    header.spread = options_.spread;
    LABCTL_TRY(turns_.check(scenarios_, options_.spread));
    if (std::ranges::any_of(scenarios_, [](const Scenario& one) { return one.row.has_value(); }))
      LABCTL_TRY(zones_.remember());
    LABCTL_TRY(save_scenarios(options_.run_dir, scenarios_));
    LABCTL_TRY(save_header(options_.run_dir, header, ports_.topology));
    parallel_for(options_.participants.size(), options_.jobs, [&](std::size_t i) { play_participant(i, header); });
    const auto put_back = zones_.put_back(options_.at_end != nullptr ? *options_.at_end : ports_.zones,
                                          cut_short_ ? kPutBackWhenInterrupted : kPutBack);
    if (failure_) return std::unexpected(*failure_);
    if (!cut_short_) LABCTL_TRY(put_back);
    header.interrupted = cut_short_;
    LABCTL_TRY(save_header(options_.run_dir, header, ports_.topology));
    return judge_all(header, options_.run_dir, scenarios_, evidence_);
  }

 private:
  Result<const topology::Participant*> find(const std::string& id) const {
    if (const auto* participant = ports_.topology.find_participant(id)) return participant;
    std::vector<std::string> known;
    for (const auto& participant : ports_.topology.participants) known.push_back(participant.id);
    const auto meant = nearest(id, known);
    return usage_error(fmt::format("the lab has no participant '{}'", printable(id)), {},
                       meant ? fmt::format("did you mean '{}'?", *meant)
                             : fmt::format("there are {} to {}", known.front(), known.back()));
  }

  [[nodiscard]] bool must_end() const { return ports_.stop.stop_requested() || failed_; }

  void play_participant(std::size_t index, const RunHeader& header) {
    const auto& values = header.participants[index].second;
    const auto& participant = *ports_.topology.find_participant(options_.participants[index]);
    for (std::size_t number = 0; number < scenarios_.size(); ++number) {
      if (!header.plays(index, number)) continue;
      const auto& scenario = scenarios_[number];
      const auto turn = turns_.take(index, scenario);
      auto& evidence = evidence_[index][scenario.name];
      for (const auto& step : scenario.steps) {
        if (must_end()) {
          cut_short_ = true;
          return;
        }
        {
          const std::scoped_lock lock(mutex_);
          observer_.step_began(participant.id, scenario, step);
        }
        // Nothing that it shows would say anything, and a lab in trouble would make each step wait.
        if (missing_groundwork(scenarios_, evidence_[index], scenario, step)) {
          const std::scoped_lock lock(mutex_);
          observer_.step_ended(participant.id,
                               judge_in(scenarios_, scenario, step, evidence_[index], participant.id, values));
          continue;
        }
        auto made = observe_step(ports_, participant, scenario, step, evidence, step.kind->play);
        if (!made) {
          cut_short_ = true;
          return;
        }
        if (auto saved = save_evidence(options_.run_dir, *made); !saved) {
          const std::scoped_lock lock(mutex_);
          if (!failure_) failure_ = std::move(saved).error();
          failed_ = true;
          return;
        }
        evidence.emplace(step.id, *std::move(made));
        const auto verdict = judge_in(scenarios_, scenario, step, evidence_[index], participant.id, values);
        const std::scoped_lock lock(mutex_);
        observer_.step_ended(participant.id, verdict);
      }
      if (scenario.row && scenario.row->above && !zones_.put_back_above(ports_.zones)) cut_short_ = true;
    }
  }

  const lab::Ports& ports_;
  const std::vector<Scenario>& scenarios_;
  const RunOptions& options_;
  RunObserver& observer_;
  std::vector<EvidenceByScenario> evidence_;  ///< each thread writes its participant's only
  Turns turns_;
  KeptZones zones_;
  std::mutex mutex_;  ///< for observer_ and failure_
  std::optional<Error> failure_;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> cut_short_ = false;
};

}  // namespace

Result<RunVerdict> run(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const RunOptions& options,
                       RunObserver& observer) {
  return Run(ports, scenarios, options, observer).play();
}

Result<RunVerdict> grade(const std::string& run_dir) {
  LABCTL_ASSIGN(const auto header, load_header(run_dir));
  LABCTL_ASSIGN(const auto scenarios, load_scenarios(run_dir, header));
  std::vector<EvidenceByScenario> evidence;
  for (const auto& [id, values] : header.participants) {
    auto& own = evidence.emplace_back();
    for (const auto& scenario : scenarios) {
      LABCTL_ASSIGN(own[scenario.name], load_evidence(run_dir, id, scenario));
    }
  }
  return judge_all(header, run_dir, scenarios, evidence);
}

}  // namespace labctl::scenario
