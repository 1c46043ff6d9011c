#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/placeholders.h"
#include "labctl/config/schema.h"
#include "labctl/evidence/evidence.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// What sort of evidence a step leaves, and an expectation judges.
enum class Leaves { mail, zone, command, day };
std::string_view name_of(Leaves leaves);

/// All that a step sees when it is played, or looked for, for one participant.
struct StepContext {
  const lab::Ports& ports;
  const topology::Participant& participant;
  const Step& step;
  const config::Value& keys;                   ///< of the step, placeholders filled
  const evidence::StepEvidence* of = nullptr;  ///< of the step that `of` names
  bool after_mail = false;                     ///< the step before it changed nothing but mailboxes
};

/// What a step left behind; `missing` says why it could not be done, or that nobody did it.
struct Observation {
  evidence::Seen seen;
  std::optional<std::string> missing;
};

/// When and where a step was opened for a person: only what came later is evidence.
struct Opened {
  Clock::Wall since;
  lab::MailMark mail;
};

/// One verb of scenario files. A new one is one new file in steps/ and one row of the table in steps/table.cc.
struct StepKind {
  std::string_view verb;
  std::string_view summary;
  Leaves leaves;
  std::span<const config::Key> keys;  ///< beside those that every step has
  bool changes = false;               ///< later steps stand on what it changes in the lab
  bool needs_of = false;              ///< it works on the evidence of an earlier step that sent mail
  /// Checks what the key table can't say; `keys` are filled with a specimen participant's values.
  Result<void> (*check)(const config::Value& keys, const topology::Topology& specimen);
  /// Does it. An error is the lab's: the step's evidence is then trouble.
  Result<Observation> (*play)(const StepContext& context);
  /// Finds what a person did since the step was opened.
  Result<Observation> (*recognize)(const StepContext& context, const Opened& opened);
  /// The commands that a person types, one a line, each with its prompt.
  std::vector<std::string> (*commands)(const StepContext& context);
};

std::span<const StepKind* const> step_kinds();
const StepKind* find_step_kind(std::string_view verb);

/// Keys that every step has.
std::span<const config::Key> common_step_keys();

}  // namespace labctl::scenario
