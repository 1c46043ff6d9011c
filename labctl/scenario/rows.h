#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/config/document.h"
#include "labctl/config/schema.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// One row of a table of lessons, as the scenario that it stands for.
struct ExpandedRow {
  std::string id;
  config::Value root;      ///< title, teaches, steps, expectations: what a scenario file has
  bool neighbour = false;  ///< it uses the next participant's zone too
  bool above = false;      ///< it publishes in a zone that all participants share
  std::string breaks;      ///< how the sweep breaks it; empty: by what it expects
  std::map<std::string, std::string, std::less<>> breaks_at;  ///< by receiver stack, where it is another way
  std::vector<Deviation> deviations;
};

/// True for a file that is a table: it has [[row]].
bool is_table_of_rows(const config::Value& root);

/// Takes a table apart: [each] says what every row does, and a [[row]] what differs. A row becomes the zone's start,
/// one message, and what is expected of it. Errors: `usage` at file:line:column.
/// @param stem of the file; with the row's id the id of its step
Result<std::vector<ExpandedRow>> expand_rows(const config::Value& root, std::string_view stem);

/// Keys of [each] and [[row]], for the reference.
std::vector<config::Key> row_keys();

}  // namespace labctl::scenario
