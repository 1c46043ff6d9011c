#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/lesson_hosts.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/verdict_output.h"
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
  bool json = false;
  Outputs outputs;
};

void declare_who(CLI::App& app, HandFlags& flags) {
  app.add_option("-p,--participant", flags.participant, "participant")->capture_default_str();
  app.add_option("--course", flags.course, "course or scenario")->capture_default_str();
}

Json json_of(const scenario::Handout& handout) {
  Json access = Json::object();
  for (const auto& [name, value] : handout.access) access[name] = value;
  Json scenarios = Json::array();
  for (const auto& one : handout.scenarios) {
    Json steps = Json::array();
    for (const auto& step : one.steps)
      steps.push_back({{"step", step.id}, {"title", step.title}, {"text", step.text}, {"commands", step.commands}});
    scenarios.push_back({{"scenario", one.name}, {"title", one.title}, {"steps", std::move(steps)}});
  }
  return {{"participant", handout.participant}, {"access", std::move(access)}, {"scenarios", std::move(scenarios)}};
}

}  // namespace

Action declare_steps(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<HandFlags>();
  declare_who(app, *flags);
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"participant\", \"access\": {\"zone\", \"password\", ...}, \"scenarios\": [{\"scenario\", \"title\", "
      "\"steps\": [{\"step\", \"title\", \"text\": [line], \"commands\": [line]}]}], \"forwards\": [{\"what\", "
      "\"listen\", \"target\"}]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags->course}));
    LABCTL_ASSIGN(const auto lab, open_lab_by_hand(scenarios, context));
    LABCTL_ASSIGN(const auto made,
                  scenario::handout(lab->ports(context.stop), scenarios, flags->participant, context.language));
    std::vector<lab::Forward> ways;
    for (const auto& forward : lab->forwards())
      if (forward.what.starts_with("ssh ") || forward.what == "imap " + flags->participant) ways.push_back(forward);
    if (flags->json) {
      Json json = json_of(made);
      json["forwards"] = cli::json_of(ways);
      print_json(json);
    } else {
      for (const auto& way : ways) print("{}: {}\n", way.what, way.listen);
      print(scenario::render(made, context.language));
    }
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
    LABCTL_ASSIGN(const auto lab, open_lab_by_hand(scenarios, context));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, {flags->participant}));
    LABCTL_ASSIGN(const auto verdict, scenario::check(lab->ports(context.stop), scenarios,
                                                      {.participant = flags->participant,
                                                       .steps = flags->steps,
                                                       .all = flags->all,
                                                       .state_dir = hand_state_of(context)}));
    return write_verdict(verdict, flags->outputs, context);
  };
}

Action declare_open(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<HandFlags>();
  declare_who(app, *flags);
  app.add_option("step", flags->steps, "step to open")->required()->expected(1);
  declare_json(app, flags->json);
  app.footer("JSON: {\"participant\", \"open\"}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags->course}));
    LABCTL_ASSIGN(const auto lab, open_lab_by_hand(scenarios, context));
    LABCTL_ASSIGN(const auto locks, lab::lock_participants(context.lab, {flags->participant}));
    LABCTL_TRY(scenario::open_step(lab->ports(context.stop), scenarios, flags->participant, flags->steps.front(),
                                   hand_state_of(context)));
    if (flags->json)
      print_json({{"participant", flags->participant}, {"open", flags->steps.front()}});
    else
      print("{} {} is open\n", flags->participant, flags->steps.front());
    return 0;
  };
}

}  // namespace labctl::cli
