#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <map>
#include <memory>

#include "labctl/base/clock.h"
#include "labctl/base/parallel.h"
#include "labctl/cli/common.h"
#include "labctl/cli/lesson_hosts.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/predicting.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/verdict_output.h"
#include "labctl/cli/zones_left.h"
#include "labctl/host/places.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/ports_impl.h"
#include "labctl/lab/transition.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/check.h"
#include "labctl/scenario/runner.h"

namespace labctl::cli {
namespace {

struct RunFlags {
  std::vector<std::string> scenarios{scenario::kCourse};
  std::string participants;
  bool all = false;
  bool spread = false;
  std::size_t jobs = 8;
  bool predict = false;
  Outputs outputs;
};

/// How the run gets on: a count where the line is redrawn, a line a step elsewhere.
class Progress final : public scenario::RunObserver {
 public:
  Progress(LiveStatus& status, std::size_t steps, Language language)
      : status_(status), steps_(steps), language_(language) {}

  void step_began(const std::string& participant, const scenario::Scenario&, const scenario::Step& step) override {
    going_on_[participant] = step.id;
    tell();
  }
  void step_ended(const std::string& participant, const scenario::StepVerdict& verdict) override {
    lab::reached("run.step");
    going_on_.erase(participant);
    ++counts_[static_cast<std::size_t>(verdict.outcome)];
    const auto line = fmt::format("{} {} {} ({:.2f} s) {}", participant, verdict.step, name_of(verdict.outcome),
                                  verdict.seconds, verdict.title.in(language_));
    // Where the count tells of those that passed, only the others are worth a line.
    if (!status_.is_redrawn() || verdict.outcome != scenario::Outcome::pass) status_.keep(line);
    tell();
  }

 private:
  void tell() {
    std::size_t done = 0;
    std::string counted;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      done += counts_[i];
      if (counts_[i] > 0) counted += fmt::format(", {} {}", counts_[i], name_of(static_cast<scenario::Outcome>(i)));
    }
    std::string now;
    for (const auto& [participant, step] : going_on_)
      now += fmt::format("{}{} {}", now.empty() ? "; now " : ", ", participant, step);
    status_.glimpse(fmt::format("{} of {} steps{}{}", done, steps_, counted, now));
  }

  LiveStatus& status_;
  std::size_t steps_;
  Language language_;
  std::array<std::size_t, 4> counts_{};
  std::map<std::string, std::string> going_on_;
};

/// `labctl check` must not take what the run did for what a person did.
Result<void> forget_for_check(const lab::Ports& ports, const scenario::RunOptions& options, const Context& context) {
  LABCTL_ASSIGN(const auto course, scenario::find_scenarios({scenario::kCourse}));
  // A mailbox that can't be read now was said to be so by the run; the open step then stays as it was.
  parallel_for(options.participants.size(), options.jobs, [&](std::size_t i) {
    static_cast<void>(scenario::begin_open_step_anew(ports, course, options.participants[i], hand_state_of(context)));
  });
  return {};
}

}  // namespace

Action declare_run(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<RunFlags>();
  app.add_option("scenario", flags->scenarios, "course, scenario or file")->capture_default_str();
  app.add_option("-p,--participant", flags->participants, "participants: m001,m002");
  app.add_flag("--all", flags->all, "all participants (as without -p)");
  app.add_flag("--spread", flags->spread, "lessons: each once, side by side on different participants");
  app.add_option("--jobs", flags->jobs, "participants at once")->capture_default_str()->check(CLI::Range(1, 250));
  app.add_flag("--predict", flags->predict,
               "predict each message by the zones of that moment, and tell what came out otherwise and why");
  declare_outputs(app, flags->outputs);
  app.footer("With --predict the comparison goes to standard error, and to predictions.json of the run's directory.");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios(flags->scenarios));
    LABCTL_ASSIGN(const auto lab, open_lab_to_play(scenarios, context));
    scenario::RunOptions options{.participants = {}, .jobs = flags->jobs, .run_dir = {}, .spread = flags->spread};
    LABCTL_ASSIGN(options.participants, participants_of(lab->topology(), flags->participants));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, options.participants));
    put_back_what_a_run_left(*lab, options.participants, context);
    options.zone_notes = lab::zone_directory(lab->topology());
    options.at_end = &lab->ports().zones;
    options.run_dir = fmt::format("{}/{}/{}-{}", host::kRunRoot, context.lab, rfc3339(real_clock().wall()), ::getpid());
    std::size_t steps = 0;
    for (const auto& one : scenarios) steps += one.steps.size();
    if (!flags->spread) steps *= options.participants.size();
    LiveStatus status(context.quiet);
    Progress progress(status, steps, context.language);
    const auto ports = lab->ports(context.stop);
    Predicting predicting(ports, options.run_dir, progress);
    scenario::RunObserver& observer = flags->predict ? static_cast<scenario::RunObserver&>(predicting) : progress;
    const auto ran = scenario::run(ports, scenarios, options, observer);
    status.clear();
    LABCTL_ASSIGN(const auto verdict, ran);
    if (verdict.interrupted) tell_zones_left(*lab, options.participants);
    LABCTL_ASSIGN(const int code, write_verdict(verdict, flags->outputs, context));
    LABCTL_TRY(forget_for_check(lab->ports(context.stop), options, context));
    if (flags->predict) {
      LABCTL_ASSIGN(const auto report, predicting.report(context.language));
      complain(report);
    }
    return code;
  };
}

Action declare_grade(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<RunFlags>();
  auto directory = std::make_shared<std::string>();
  app.add_option("run_dir", *directory, "a run's directory")->required();
  declare_outputs(app, flags->outputs);
  return [&context, flags, directory]() -> Result<int> {
    LABCTL_ASSIGN(const auto verdict, scenario::grade(*directory));
    return write_verdict(verdict, flags->outputs, context);
  };
}

}  // namespace labctl::cli
