#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/scenario/judge.h"
#include "labctl/scenario/scenario.h"
#include "labctl/scenario/verdict.h"
#include "labctl/topology/topology.h"

namespace labctl::scenario {

/// What a run directory says beside its evidence: enough to grade it again without the lab.
struct RunHeader {
  std::string lab;
  std::string began;                                               ///< RFC 3339
  bool interrupted = true;                                         ///< until the run came to its end
  std::vector<std::string> scenarios;                              ///< names, in order
  std::vector<std::pair<std::string, Placeholders>> participants;  ///< id and values, in order
  bool spread = false;                                             ///< the scenarios went round the participants

  /// Whether that participant played that scenario, both by index.
  [[nodiscard]] bool plays(std::size_t participant, std::size_t scenario) const {
    return !spread || scenario % participants.size() == participant;
  }
};

/// "m001/hands-on/4-dmarc/4-2.json", inside the run directory.
std::string evidence_file(const std::string& participant, const std::string& scenario, const std::string& step);

/// Writes run.json (header, lab table, labctl's version).
Result<void> save_header(const std::string& run_dir, const RunHeader& header, const topology::Topology& lab);
/// Errors: `usage` for a directory that is no run's.
Result<RunHeader> load_header(const std::string& run_dir);

/// Copies the scenarios as they were read.
Result<void> save_scenarios(const std::string& run_dir, const std::vector<Scenario>& scenarios);
Result<std::vector<Scenario>> load_scenarios(const std::string& run_dir, const RunHeader& header);

Result<void> save_evidence(const std::string& run_dir, const evidence::StepEvidence& evidence);
/// What is there of one participant's scenario; a step that was not played has no file.
Result<EvidenceByStep> load_evidence(const std::string& run_dir, const std::string& participant,
                                     const Scenario& scenario);

/// One step's; none when it was not played or its file can't be read.
std::optional<evidence::StepEvidence> find_evidence(const std::string& run_dir, const std::string& participant,
                                                    const StepVerdict& step);

}  // namespace labctl::scenario
