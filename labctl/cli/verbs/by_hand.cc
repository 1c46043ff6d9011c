#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/verdict_output.h"
#include "labctl/host/places.h"
#include "labctl/lab/lock.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/check.h"
#include "labctl/scenario/handout.h"

namespace labctl::cli {
namespace {

struct HandFlags {
  std::string participant = "m001";
  std::string course = scenario::kCourse;
  std::vector<std::string> steps;
  bool all = false;
  Outputs outputs;
};

void declare_who(CLI::App& app, HandFlags& flags) {
  app.add_option("-p,--participant", flags.participant, "participant")->capture_default_str();
  app.add_option("--course", flags.course, "course or scenario")->capture_default_str();
}

std::string state_of(const Context& context) { return host::state_directory(context.lab) + "/check"; }

}  // namespace

Action declare_steps(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<HandFlags>();
  declare_who(app, *flags);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags->course}));
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto text,
                  scenario::handout(lab->ports(context.stop), scenarios, flags->participant, context.language));
    LABCTL_TRY(write_to("-", text));
    return 0;
  };
}

Action declare_check(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<HandFlags>();
  declare_who(app, *flags);
  app.add_option("step", flags->steps, "steps to judge (the open one)");
  app.add_flag("--all", flags->all, "every step");
  declare_outputs(app, flags->outputs);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags->course}));
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, {flags->participant}));
    LABCTL_ASSIGN(const auto verdict, scenario::check(lab->ports(context.stop), scenarios,
                                                      {.participant = flags->participant,
                                                       .steps = flags->steps,
                                                       .all = flags->all,
                                                       .state_dir = state_of(context)}));
    return write_verdict(verdict, flags->outputs, context);
  };
}

Action declare_open(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<HandFlags>();
  declare_who(app, *flags);
  app.add_option("step", flags->steps, "step to open")->required()->expected(1);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags->course}));
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, {flags->participant}));
    LABCTL_TRY(scenario::open_step(lab->ports(context.stop), scenarios, flags->participant, flags->steps.front(),
                                   state_of(context)));
    fmt::print("{} {} is open\n", flags->participant, flags->steps.front());
    return 0;
  };
}

}  // namespace labctl::cli
