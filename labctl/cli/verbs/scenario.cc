#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/cli/common.h"
#include "labctl/cli/lesson_sweep.h"
#include "labctl/cli/verbs.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/new_lesson.h"
#include "labctl/scenario/portrait.h"
#include "labctl/scenario/reference.h"

namespace labctl::cli {
namespace {

struct ScenarioFlags {
  std::vector<std::string> names;
  std::string file;
  bool with_json = false;
  SweepFlags sweep;
};

/// Every scenario of the catalogue, in its order.
Result<std::vector<scenario::Scenario>> all_scenarios() {
  std::vector<scenario::Scenario> all;
  for (const auto& name : scenario::scenario_names()) {
    LABCTL_ASSIGN(auto found, scenario::find_scenarios({name}));
    for (auto& one : found) all.push_back(std::move(one));
  }
  return all;
}

Result<int> list_scenarios(const ScenarioFlags& flags, const Context& context) {
  LABCTL_ASSIGN(const auto all, flags.names.empty() ? all_scenarios() : scenario::find_scenarios(flags.names));
  Json json = Json::array();
  for (const auto& one : all) {
    if (flags.with_json) {
      json.push_back({{"scenario", one.name},
                      {"title", {{"ja", one.title.ja}, {"en", one.title.en}}},
                      {"teaches", one.teaches},
                      {"steps", one.steps.size()}});
    } else {
      print("{:<44} {}\n", one.name, one.title.in(context.language));
    }
  }
  if (flags.with_json) print_json(json);
  return 0;
}

Result<int> write_new(const std::string& file) {
  if (std::error_code code; std::filesystem::exists(file, code))
    return usage_error("there is a file of that name already", file, "give the name of a new one");
  LABCTL_TRY(write_file(file, scenario::new_lesson()));
  print("{0}: a lesson to edit; labctl scenario check {0}\n", file);
  return 0;
}

}  // namespace

Action declare_scenario(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<ScenarioFlags>();
  app.require_subcommand(1);
  auto* list = app.add_subcommand("list", "names and titles, one line a scenario or lesson");
  list->add_option("scenario", flags->names, "only these")->capture_default_str();
  declare_json(*list, flags->with_json);
  list->footer(R"(JSON: [{"scenario", "title": {"ja", "en"}, "teaches": [text], "steps"}])");
  auto* show = app.add_subcommand("show", "tell what scenarios or lessons do and expect");
  show->add_option("scenario", flags->names, "scenarios, lessons or files")->required();
  auto* check = app.add_subcommand("check", "read files and tell what is wrong with them; needs no lab");
  check->add_option("scenario", flags->names, "scenarios or files")->required();
  auto* fresh = app.add_subcommand("new", "write a lesson to begin with, which is good as it is");
  fresh->add_option("file", flags->file, "file to write: my-lesson.toml")->required();
  auto* sweep = app.add_subcommand("sweep", "break each lesson on purpose, and tell whether it was noticed");
  sweep->add_option("lesson", flags->sweep.lessons, "lessons or files")->capture_default_str();
  sweep->add_option("-p,--participant", flags->sweep.participants, "participants: m001,m002 (all)");
  sweep->add_option("--every", flags->sweep.every, "a sample: of each so many lessons the first")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  sweep->footer("Exit code 1 when a broken lesson stays green.");
  app.add_subcommand("reference", "steps and expectations that a file may use");
  return [&context, flags, list, show, check, fresh, sweep]() -> Result<int> {
    if (list->parsed()) return list_scenarios(*flags, context);
    if (fresh->parsed()) return write_new(flags->file);
    if (sweep->parsed()) return sweep_lessons(flags->sweep, context);
    if (show->parsed() || check->parsed()) {
      LABCTL_ASSIGN(const auto found, scenario::find_scenarios(flags->names));
      for (const auto& one : found)
        if (show->parsed()) {
          print("{}{}", &one == &found.front() ? "" : "\n", scenario::portrait(one, context.language));
        } else {
          print("{}: {} steps, good\n", one.name, one.steps.size());
        }
      return 0;
    }
    LABCTL_TRY(write_to("-", scenario::reference()));
    return 0;
  };
}

}  // namespace labctl::cli
