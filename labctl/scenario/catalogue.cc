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
};

Found named(const fs::path& path, const std::string& course) {
  return {course.empty() ? path.stem().string() : course + "/" + path.stem().string(), path};
}

Result<std::vector<Found>> find(const std::string& wanted) {
  std::error_code code;
  std::vector<Found> found;
  const fs::path inside = root() / wanted;
  const bool is_name = !wanted.empty() && wanted.front() != '/' && wanted.front() != '.' && !wanted.ends_with(".toml");
  if (is_name && fs::is_directory(inside, code))
    for (const auto& path : files_of(inside)) found.push_back(named(path, fs::path(wanted).lexically_normal()));
  else if (is_name && fs::is_regular_file(inside.string() + ".toml", code))
    found.push_back({wanted, inside.string() + ".toml"});
  else if (fs::is_directory(wanted, code))
    for (const auto& path : files_of(wanted))
      found.push_back(named(path, fs::absolute(wanted).lexically_normal().filename()));
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

}  // namespace

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& file : files_of(root())) names.push_back(file.stem());
  std::vector<fs::path> courses;
  for (const auto& entry : fs::directory_iterator(root(), code))
    if (entry.is_directory(code)) courses.push_back(entry.path());
  std::ranges::sort(courses);
  for (const auto& course : courses)
    for (const auto& file : files_of(course)) names.push_back(course.filename().string() + "/" + file.stem().string());
  return names;
}

Result<std::vector<Scenario>> find_scenarios(const std::vector<std::string>& names) {
  std::vector<Scenario> scenarios;
  std::map<std::string, std::string> step_places;
  for (const auto& name : names) {
    LABCTL_ASSIGN(const auto found, find(name));
    for (const auto& [scenario_name, path] : found) {
      if (std::ranges::find(scenarios, scenario_name, &Scenario::name) != scenarios.end())
        return usage_error(fmt::format("the scenario '{}' is named twice", scenario_name), path.string());
      LABCTL_ASSIGN(auto scenario, load_scenario(path, scenario_name));
      for (const auto& step : scenario.steps) {
        const std::string place = step.keys.find("id")->at.text();
        if (const auto [other, fresh] = step_places.emplace(step.id, place); !fresh)
          return usage_error(fmt::format("there is a step '{}' already", step.id), place,
                             fmt::format("the other one: {}", other->second));
      }
      scenarios.push_back(std::move(scenario));
    }
  }
  return scenarios;
}

}  // namespace labctl::scenario
