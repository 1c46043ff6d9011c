#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/clock.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/verdict_output.h"
#include "labctl/host/places.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/transition.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/runner.h"

namespace labctl::cli {
namespace {

struct RunFlags {
  std::vector<std::string> scenarios{scenario::kCourse};
  std::string participants;
  bool all = false;
  std::size_t jobs = 8;
  Outputs outputs;
};

class Lines final : public scenario::RunObserver {
 public:
  Lines(bool quiet, Language language) : quiet_(quiet), language_(language) {}
  void step_began(const std::string&, const scenario::Scenario&, const scenario::Step&) override {}
  void step_ended(const std::string& participant, const scenario::StepVerdict& verdict) override {
    lab::reached("run.step");
    if (!quiet_)
      fmt::print(stderr, "{} {} {} ({:.2f} s) {}\n", participant, verdict.step, name_of(verdict.outcome),
                 verdict.seconds, verdict.title.in(language_));
  }

 private:
  bool quiet_;
  Language language_;
};

}  // namespace

Action declare_run(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<RunFlags>();
  app.add_option("scenario", flags->scenarios, "course, scenario or file")->capture_default_str();
  app.add_option("-p,--participant", flags->participants, "participants: m001,m002");
  app.add_flag("--all", flags->all, "all participants (as without -p)");
  app.add_option("--jobs", flags->jobs, "participants at once")->capture_default_str()->check(CLI::Range(1, 250));
  declare_outputs(app, flags->outputs);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios(flags->scenarios));
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    scenario::RunOptions options{.participants = {}, .jobs = flags->jobs};
    LABCTL_ASSIGN(options.participants, participants_of(lab->topology(), flags->participants));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, options.participants));
    options.run_dir = fmt::format("{}/{}/{}-{}", host::kRunRoot, context.lab, rfc3339(real_clock().wall()), ::getpid());
    Lines lines(context.quiet, context.language);
    LABCTL_ASSIGN(const auto verdict, scenario::run(lab->ports(context.stop), scenarios, options, lines));
    return write_verdict(verdict, flags->outputs, context);
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
