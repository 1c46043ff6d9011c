#include "labctl/scenario/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/hand_state.h"
#include "labctl/scenario/judge.h"
#include "labctl/scenario/play.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

/// One step of the course, with its scenario.
struct Entry {
  const Scenario* scenario;
  const Step* step;
};

/// One participant's work by hand.
class Work {
 public:
  static Result<Work> begin(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const std::string& id,
                            const std::string& state_dir) {
    const auto* participant = ports.topology.find_participant(id);
    if (participant == nullptr) {
      std::vector<std::string> known;
      for (const auto& other : ports.topology.participants) known.push_back(other.id);
      const auto meant = nearest(id, known);
      return usage_error(fmt::format("the lab has no participant '{}'", printable(id)), {},
                         meant ? fmt::format("did you mean '{}'?", *meant) : std::string());
    }
    Work work(ports, *participant, state_dir);
    for (const auto& scenario : scenarios)
      for (const auto& step : scenario.steps) work.course_.push_back({&scenario, &step});
    LABCTL_ASSIGN(auto state, load_hand_state(state_dir, id));
    if (state) {
      work.state_ = *std::move(state);
    } else if (!work.course_.empty()) {
      LABCTL_TRY(work.open(work.course_.front()));
      // Nothing comes before the first step: what was done since the lab is up counts.
      work.state_.since.since = {};
      LABCTL_TRY(work.save());
    }
    return work;
  }

  [[nodiscard]] const std::vector<Entry>& course() const { return course_; }
  [[nodiscard]] bool is_open(const Entry& entry) const { return entry.step->id == state_.open; }

  Result<Entry> find(const std::string& id) const {
    const auto found = std::ranges::find_if(course_, [&](const Entry& entry) { return entry.step->id == id; });
    if (found != course_.end()) return *found;
    std::vector<std::string> known;
    for (const auto& entry : course_) known.push_back(entry.step->id);
    const auto meant = nearest(id, known);
    return usage_error(
        fmt::format("the course has no step '{}'", printable(id)), {},
        meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("its steps: {}", join(known, ", ")));
  }

  /// Judges one step: by what it kept, or, when it is open, by what is found now.
  Result<StepVerdict> judge(const Entry& entry) {
    const auto& [scenario, step] = entry;
    auto evidence = kept_of(*scenario);
    if (!evidence.contains(step->id)) {
      auto made = is_open(entry) ? look(entry, evidence) : not_open(entry);
      if (!made) return std::unexpected(made.error());
      evidence.insert_or_assign(step->id, *std::move(made));
    }
    auto verdict = judge_step(*scenario, *step, evidence, values_of(ports_.topology, participant_),
                              fmt::format("labctl steps -p {}", participant_.id));
    if (verdict.outcome == Outcome::pass && is_open(entry)) LABCTL_TRY(pass(entry, evidence.at(step->id)));
    return verdict;
  }

  Result<void> reopen(const Entry& entry) {
    state_.kept.erase(entry.step->id);
    LABCTL_TRY(open(entry));
    return save();
  }

  Result<void> reopen_what_is_open() {
    const auto entry = std::ranges::find_if(course_, [this](const Entry& one) { return is_open(one); });
    return entry == course_.end() ? Result<void>{} : reopen(*entry);
  }

 private:
  Work(const lab::Ports& ports, const topology::Participant& participant, std::string state_dir)
      : ports_(ports), participant_(participant), state_dir_(std::move(state_dir)) {}

  Result<void> save() { return save_hand_state(state_dir_, participant_.id, state_); }

  Result<void> open(const Entry& entry) {
    LABCTL_ASSIGN(auto mark, ports_.mail.mark(participant_.id));
    state_.open = entry.step->id;
    state_.since = {.since = ports_.clock.wall(), .mail = std::move(mark)};
    return {};
  }

  /// Keeps the evidence and opens the first step behind it that has not passed.
  Result<void> pass(const Entry& entry, const evidence::StepEvidence& evidence) {
    state_.kept.insert_or_assign(entry.step->id, evidence);
    auto next = std::ranges::find(course_, entry.step, &Entry::step);
    while (next != course_.end() && state_.kept.contains(next->step->id)) ++next;
    state_.open.clear();
    if (next != course_.end()) LABCTL_TRY(open(*next));
    return save();
  }

  EvidenceByStep kept_of(const Scenario& scenario) const {
    EvidenceByStep evidence;
    for (const auto& [id, kept] : state_.kept)
      if (kept.scenario == scenario.name) evidence.emplace(id, kept);
    return evidence;
  }

  Result<evidence::StepEvidence> look(const Entry& entry, const EvidenceByStep& so_far) {
    return observe_step(ports_, participant_, *entry.scenario, *entry.step, so_far,
                        [&](const StepContext& context) { return entry.step->kind->recognize(context, state_.since); });
  }

  Result<evidence::StepEvidence> not_open(const Entry& entry) const {
    return evidence::StepEvidence{
        .scenario = entry.scenario->name,
        .step = entry.step->id,
        .participant = participant_.id,
        .missing = state_.open.empty()
                       ? fmt::format("this step is not open (labctl open {} -p {})", entry.step->id, participant_.id)
                       : fmt::format("this step is not open: {} comes first (or: labctl open {} -p {})", state_.open,
                                     entry.step->id, participant_.id)};
  }

  const lab::Ports& ports_;
  const topology::Participant& participant_;
  std::string state_dir_;
  std::vector<Entry> course_;
  HandState state_;
};

}  // namespace

Result<RunVerdict> check(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const CheckOptions& options) {
  LABCTL_ASSIGN(auto work, Work::begin(ports, scenarios, options.participant, options.state_dir));
  std::vector<Entry> wanted;
  for (const auto& id : options.steps) {
    LABCTL_ASSIGN(const auto entry, work.find(id));
    wanted.push_back(entry);
  }
  if (options.all) wanted = work.course();
  if (wanted.empty())
    std::ranges::copy_if(work.course(), std::back_inserter(wanted),
                         [&](const Entry& entry) { return work.is_open(entry); });
  // Nothing is open any more: the course is done, and what it kept is shown.
  if (wanted.empty()) wanted = work.course();

  ParticipantVerdict participant{.participant = options.participant, .outcome = Outcome::pass};
  for (const auto& entry : wanted) {
    LABCTL_ASSIGN(auto verdict, work.judge(entry));
    participant.outcome = worst(participant.outcome, verdict.outcome);
    participant.steps.push_back(std::move(verdict));
  }
  return RunVerdict{.lab = ports.topology.lab,
                    .outcome = participant.outcome,
                    .run_dir = options.state_dir,
                    .participants = {std::move(participant)}};
}

Result<void> open_step(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const std::string& participant,
                       const std::string& step, const std::string& state_dir) {
  LABCTL_ASSIGN(auto work, Work::begin(ports, scenarios, participant, state_dir));
  LABCTL_ASSIGN(const auto entry, work.find(step));
  return work.reopen(entry);
}

Result<void> begin_open_step_anew(const lab::Ports& ports, const std::vector<Scenario>& scenarios,
                                  const std::string& participant, const std::string& state_dir) {
  LABCTL_ASSIGN(auto work, Work::begin(ports, scenarios, participant, state_dir));
  return work.reopen_what_is_open();
}

}  // namespace labctl::scenario
