#include "labctl/scenario/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/scenario/load.h"

namespace labctl::scenario {
namespace {

namespace fs = std::filesystem;

fs::path root() { return fs::path(data_directory()) / "scenarios"; }

/// "10-x" comes behind "9-x": by the number in front, then by name.
std::pair<unsigned long, std::string> order_of(const fs::path& path) {
  const std::string name = path.filename();
  unsigned long number = 0;
  for (const char c : name.substr(0, 6)) {
    if (c < '0' || c > '9') break;
    number = number * 10 + static_cast<unsigned long>(c - '0');
  }
  return {number, name};
}

std::vector<fs::path> files_of(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files, {}, order_of);
  return files;
}

struct Found {
  std::string name;
  fs::path path;
  std::string row;  ///< the only one that is wanted of a table; empty: all
};

Found named(const fs::path& path, const std::string& course) {
  return {course.empty() ? path.stem().string() : course + "/" + path.stem().string(), path, {}};
}

/// Every file at and below a folder, folders before what stands beside them.
void find_below(const fs::path& directory, const std::string& course, std::vector<Found>& found) {
  std::vector<fs::path> folders;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code))
    if (entry.is_directory(code)) folders.push_back(entry.path());
  std::ranges::sort(folders, {}, order_of);
  for (const auto& folder : folders) find_below(folder, course + "/" + folder.filename().string(), found);
  for (const auto& path : files_of(directory)) found.push_back(named(path, course));
}

Result<std::vector<Found>> find(const std::string& wanted) {
  std::error_code code;
  std::vector<Found> found;
  const fs::path inside = root() / wanted;
  const bool is_name = !wanted.empty() && wanted.front() != '/' && wanted.front() != '.' && !wanted.ends_with(".toml");
  if (is_name && fs::is_directory(inside, code))
    find_below(inside, fs::path(wanted).lexically_normal(), found);
  else if (is_name && fs::is_regular_file(inside.string() + ".toml", code))
    found.push_back({wanted, inside.string() + ".toml", {}});
  else if (is_name && fs::is_regular_file(inside.parent_path().string() + ".toml", code))
    found.push_back({wanted.substr(0, wanted.rfind('/')), inside.parent_path().string() + ".toml", inside.filename()});
  else if (fs::is_directory(wanted, code))
    find_below(wanted, fs::absolute(wanted).lexically_normal().filename(), found);
  else if (wanted.ends_with(".toml") && fs::is_regular_file(wanted, code))
    found.push_back(named(wanted, {}));
  if (!found.empty()) return found;

  auto known = scenario_names();
  std::vector<std::string> courses;
  for (const auto& name : known)
    if (const auto slash = name.find('/');
        slash != std::string::npos && (courses.empty() || courses.back() != name.substr(0, slash)))
      courses.push_back(name.substr(0, slash));
  known.insert(known.begin(), courses.begin(), courses.end());
  const auto meant = nearest(wanted, known);
  return usage_error(fmt::format("there is no scenario '{}'", printable(wanted)), {},
                     meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
}

using StepPlaces = std::map<std::string, std::string>;

Result<void> add_file(const Found& file, std::vector<Scenario>& scenarios, StepPlaces& step_places) {
  LABCTL_ASSIGN(auto loaded, load_scenarios_of(file.path, file.name));
  if (!file.row.empty()) {
    std::vector<std::string> known;
    for (const auto& one : loaded) known.push_back(one.name);
    const std::string wanted = file.name + "/" + file.row;
    std::erase_if(loaded, [&](const Scenario& one) { return one.name != wanted; });
    if (loaded.empty()) {
      const auto meant = nearest(wanted, known);
      return usage_error(
          fmt::format("there is no scenario '{}'", printable(wanted)), {},
          meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
    }
  }
  for (auto& scenario : loaded) {
    if (std::ranges::find(scenarios, scenario.name, &Scenario::name) != scenarios.end())
      return usage_error(fmt::format("the scenario '{}' is named twice", scenario.name), file.path.string());
    for (const auto& step : scenario.steps) {
      const std::string place = step.keys.find("id")->at.text();
      if (const auto [other, fresh] = step_places.emplace(step.id, place); !fresh)
        return usage_error(fmt::format("there is a step '{}' already", step.id), place,
                           fmt::format("the other one: {}", other->second));
    }
    scenarios.push_back(std::move(scenario));
  }
  return {};
}

}  // namespace

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& file : files_of(root())) names.push_back(file.stem());
  std::vector<fs::path> courses;
  for (const auto& entry : fs::directory_iterator(root(), code))
    if (entry.is_directory(code)) courses.push_back(entry.path());
  std::ranges::sort(courses);
  std::vector<Found> found;
  for (const auto& course : courses) find_below(course, course.filename(), found);
  for (const auto& one : found) names.push_back(one.name);
  return names;
}

Result<std::vector<Scenario>> find_scenarios(const std::vector<std::string>& names) {
  std::vector<Scenario> scenarios;
  StepPlaces step_places;
  for (const auto& name : names) {
    LABCTL_ASSIGN(const auto found, find(name));
    for (const auto& one : found) LABCTL_TRY(add_file(one, scenarios, step_places));
  }
  return scenarios;
}

}  // namespace labctl::scenario
