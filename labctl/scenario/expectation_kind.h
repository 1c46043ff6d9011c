#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/config/document.h"
#include "labctl/evidence/evidence.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// One key of an [[expect]] table. A new one is one new file in expectations/ and one row of the table in
/// expectations/table.cc.
struct ExpectationKind {
  std::string_view key;
  std::string_view summary;
  Leaves judges;   ///< the evidence that it can judge
  unsigned types;  ///< config::Type bits of its value
  /// Checks the value when the file is loaded.
  Result<void> (*check)(const config::Value& expected);
  /// Checks it against the keys of the step that it judges; null: there is nothing to hold it against.
  Result<void> (*check_against)(const config::Value& expected, const config::Value& step) = nullptr;
  /// A pure function from evidence without trouble to verdicts; `why` is the diagnosis, `look` is left empty.
  std::vector<ExpectationVerdict> (*judge)(const config::Value& expected, const evidence::StepEvidence& evidence);
};

std::span<const ExpectationKind* const> expectation_kinds();
const ExpectationKind* find_expectation_kind(std::string_view key);

}  // namespace labctl::scenario
