#pragma once

#include <string>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/scenario/verdict.h"

namespace labctl::report {

/// A day's mail as a table: a line a kind, a column a place, the sums of legitimate and spoofed mail first.
struct DayTable {
  std::vector<std::string> head;  ///< the first is empty: it stands above the names
  struct Line {
    bool sum = false;
    std::string name;
    std::vector<std::string> cells;
  };
  std::vector<Line> lines;
  std::string lost;  ///< one sentence: what was refused that was legitimate, or would be under p=reject
};
DayTable day_table_of(const std::vector<scenario::FlowCount>& day, Language language);

/// The same as text, each line behind two blanks.
std::string day_text(const std::vector<scenario::FlowCount>& day, Language language);

}  // namespace labctl::report
