#include "labctl/scenario/run_dir.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "labctl/base/build_info.h"
#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/base/text.h"
#include "labctl/lab/record.h"
#include "labctl/scenario/load.h"

namespace labctl::scenario {
namespace {

constexpr std::string_view kWhatNow = "give the directory that `labctl run` named";

std::string header_file(const std::string& run_dir) { return run_dir + "/run.json"; }
std::string scenario_file(const std::string& run_dir, const std::string& name) {
  return fmt::format("{}/scenarios/{}.toml", run_dir, name);
}

/// A name that stays below the directory that it is appended to.
bool is_safe(const std::string& name) {
  const auto parts = split(name, '/');
  return std::ranges::all_of(parts,
                             [](const std::string& part) { return !part.empty() && part != "." && part != ".."; });
}

Result<void> write_below(const std::string& path, const std::string& content) {
  LABCTL_TRY(make_directories(path.substr(0, path.rfind('/'))));
  return write_file(path, content);
}

Result<Json> read_json(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return usage_error(text.error().message, path, std::string(kWhatNow));
  auto json = Json::parse(*text, nullptr, false);
  if (json.is_discarded()) return usage_error("the file is no JSON", path);
  return json;
}

/// None when there is no such file.
Result<std::optional<evidence::StepEvidence>> load_one(const std::string& run_dir, const std::string& participant,
                                                       const std::string& scenario, const std::string& step) {
  const std::string path = fmt::format("{}/{}", run_dir, evidence_file(participant, scenario, step));
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  LABCTL_ASSIGN(const auto json, read_json(path));
  auto evidence = evidence::from_json(json);
  if (!evidence) return std::unexpected(evidence.error().at(path));
  if (evidence->participant != participant || evidence->scenario != scenario || evidence->step != step)
    return usage_error(fmt::format("the evidence is of {} {} {}", printable(evidence->participant),
                                   printable(evidence->scenario), printable(evidence->step)),
                       path);
  return std::optional(*std::move(evidence));
}

}  // namespace

std::string evidence_file(const std::string& participant, const std::string& scenario, const std::string& step) {
  return fmt::format("{}/{}/{}.json", participant, scenario, step);
}

Result<void> save_header(const std::string& run_dir, const RunHeader& header, const topology::Topology& lab) {
  Json participants = Json::array();
  for (const auto& [id, values] : header.participants)
    participants.push_back({{"participant", id}, {"values", values}});
  const Json json{{"labctl", version()},           {"lab", header.lab},
                  {"began", header.began},         {"interrupted", header.interrupted},
                  {"scenarios", header.scenarios}, {"participants", participants},
                  {"spread", header.spread},       {"topology", lab::to_json(lab)}};
  return write_below(header_file(run_dir), json.dump(1) + "\n");
}

Result<RunHeader> load_header(const std::string& run_dir) {
  const std::string path = header_file(run_dir);
  LABCTL_ASSIGN(const auto json, read_json(path));
  RunHeader header;
  try {
    json.at("lab").get_to(header.lab);
    json.at("began").get_to(header.began);
    json.at("interrupted").get_to(header.interrupted);
    json.at("scenarios").get_to(header.scenarios);
    header.spread = json.value("spread", false);
    for (const auto& participant : json.at("participants"))
      header.participants.emplace_back(participant.at("participant").get<std::string>(),
                                       participant.at("values").get<Placeholders>());
  } catch (const Json::exception& error) {
    return usage_error(fmt::format("this is no run of labctl: {}", error.what()), path, std::string(kWhatNow));
  }
  const bool safe =
      std::ranges::all_of(header.scenarios, is_safe) &&
      std::ranges::all_of(header.participants, [](const auto& participant) { return is_safe(participant.first); });
  if (!safe) return usage_error("a name in it leads out of the run directory", path);
  return header;
}

Result<void> save_scenarios(const std::string& run_dir, const std::vector<Scenario>& scenarios) {
  for (const auto& scenario : scenarios)
    LABCTL_TRY(write_below(scenario_file(run_dir, scenario.name), scenario.source));
  return {};
}

Result<std::vector<Scenario>> load_scenarios(const std::string& run_dir, const RunHeader& header) {
  std::vector<Scenario> scenarios;
  for (const auto& name : header.scenarios) {
    LABCTL_ASSIGN(auto scenario, load_scenario(scenario_file(run_dir, name), name));
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

Result<void> save_evidence(const std::string& run_dir, const evidence::StepEvidence& evidence) {
  return write_below(
      fmt::format("{}/{}", run_dir, evidence_file(evidence.participant, evidence.scenario, evidence.step)),
      evidence::to_json(evidence).dump(1) + "\n");
}

Result<EvidenceByStep> load_evidence(const std::string& run_dir, const std::string& participant,
                                     const Scenario& scenario) {
  EvidenceByStep found;
  for (const auto& step : scenario.steps) {
    LABCTL_ASSIGN(auto evidence, load_one(run_dir, participant, scenario.name, step.id));
    if (evidence) found.emplace(step.id, *std::move(evidence));
  }
  return found;
}

std::optional<evidence::StepEvidence> find_evidence(const std::string& run_dir, const std::string& participant,
                                                    const StepVerdict& step) {
  auto evidence = load_one(run_dir, participant, step.scenario, step.step);
  return evidence ? *std::move(evidence) : std::nullopt;
}

}  // namespace labctl::scenario
