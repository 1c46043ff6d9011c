#include "labctl/cli/lesson_sweep.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "labctl/base/clock.h"
#include "labctl/cli/common.h"
#include "labctl/cli/lesson_hosts.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/zones_left.h"
#include "labctl/host/places.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/ports_impl.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/runner.h"
#include "labctl/scenario/sweep.h"

namespace labctl::cli {
namespace {

/// Counts while the broken lessons are played.
class SweepProgress final : public scenario::RunObserver {
 public:
  explicit SweepProgress(LiveStatus& status) : status_(status) {}
  void step_began(const std::string& participant, const scenario::Scenario&, const scenario::Step& step) override {
    status_.glimpse(fmt::format("{} {}", participant, step.id));
  }
  void step_ended(const std::string&, const scenario::StepVerdict&) override {}

 private:
  LiveStatus& status_;
};

/// What the sweep says of one lesson.
struct Noticed {
  scenario::Outcome outcome = scenario::Outcome::pass;  ///< of its message; `fail` is what is wanted
  std::string by;
};

std::map<std::string, Noticed> noticed_in(const scenario::RunVerdict& verdict) {
  std::map<std::string, Noticed> all;
  for (const auto& participant : verdict.participants)
    for (const auto& step : participant.steps) {
      auto& one = all[step.scenario];
      for (const auto& expectation : step.expectations) {
        one.outcome = worst(one.outcome, expectation.outcome);
        if (expectation.outcome == scenario::Outcome::pass) continue;
        if (!one.by.empty()) one.by += ", ";
        one.by += fmt::format("{} ({})", expectation.that, expectation.actual);
      }
    }
  return all;
}

/// The receivers' stack, when they have the same; else empty.
std::string common_stack(const topology::Topology& lab, const std::vector<std::string>& participants) {
  std::string common;
  for (const auto& id : participants) {
    const auto* participant = lab.find_participant(id);
    const auto* receiver = participant != nullptr ? lab.find_host(participant->receiver) : nullptr;
    const std::string stack = receiver != nullptr ? receiver->receiver.stack : std::string();
    if (!common.empty() && stack != common) return {};
    common = stack;
  }
  return common;
}

}  // namespace

Result<int> sweep_lessons(const SweepFlags& flags, const Context& context) {
  LABCTL_ASSIGN(const auto lessons, scenario::find_scenarios(flags.lessons));
  std::vector<scenario::Scenario> chosen;
  std::vector<scenario::Scenario> planned;  // whose hosts the lab needs; at its receivers some may be others
  for (std::size_t i = 0; i < lessons.size(); i += flags.every) {
    LABCTL_ASSIGN(auto one, scenario::broken(lessons[i]));
    chosen.push_back(lessons[i]);
    planned.push_back(std::move(one.scenario));
  }
  LABCTL_ASSIGN(const auto lab, open_lab_to_play(planned, context));
  scenario::RunOptions options{.participants = {}, .jobs = 250, .run_dir = {}, .spread = true};
  LABCTL_ASSIGN(options.participants, participants_of(lab->topology(), flags.participants));
  const auto stack = common_stack(lab->topology(), options.participants);
  std::vector<scenario::Scenario> broken;
  std::vector<std::string> how;
  for (const auto& lesson : chosen) {
    LABCTL_ASSIGN(auto one, scenario::broken(lesson, stack));
    if (one.skipped) {
      print("{:<6} {:<44} {}\n", "skip", lesson.name, one.skipped->en);
      continue;
    }
    broken.push_back(std::move(one.scenario));
    how.push_back(std::move(one.how));
  }
  LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, options.participants));
  put_back_what_a_run_left(*lab, options.participants, context);
  options.zone_notes = lab::zone_directory(lab->topology());
  options.at_end = &lab->ports().zones;
  options.run_dir =
      fmt::format("{}/{}/{}-{}-sweep", host::kRunRoot, context.lab, rfc3339(real_clock().wall()), ::getpid());
  LiveStatus status(context.quiet);
  SweepProgress progress(status);
  const auto ran = scenario::run(lab->ports(context.stop), broken, options, progress);
  status.clear();
  LABCTL_ASSIGN(const auto verdict, ran);
  if (verdict.interrupted) tell_zones_left(*lab, options.participants);
  const auto told = tell_sweep(broken, how, verdict);
  print("{}\n{} of {} lessons went red; evidence: {}\n", told.lines, told.red, broken.size(), options.run_dir);
  return told.status;
}

SweepTold tell_sweep(const std::vector<scenario::Scenario>& broken, const std::vector<std::string>& how,
                     const scenario::RunVerdict& verdict) {
  const auto noticed = noticed_in(verdict);
  SweepTold told;
  bool in_trouble = false;
  for (std::size_t i = 0; i < broken.size(); ++i) {
    const auto found = noticed.find(broken[i].name);
    const auto one = found != noticed.end() ? found->second : Noticed{scenario::Outcome::skip, "not played"};
    const bool went_red = one.outcome == scenario::Outcome::fail;
    in_trouble = in_trouble || one.outcome == scenario::Outcome::error;
    if (went_red) ++told.red;
    told.lines += fmt::format("{:<6} {:<44} {}{}{}\n",
                              went_red                                  ? "red"
                              : one.outcome == scenario::Outcome::error ? "ERROR"
                                                                        : "GREEN",
                              broken[i].name, how[i], one.by.empty() ? "" : ": ", one.by);
  }
  told.status = verdict.interrupted ? 130 : in_trouble ? 3 : told.red == broken.size() ? 0 : 1;
  return told;
}

}  // namespace labctl::cli
