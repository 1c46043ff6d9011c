#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "labctl/base/language.h"
#include "labctl/evidence/evidence.h"
#include "labctl/scenario/verdict.h"

namespace labctl::report {

/// What one step of one participant left; none when it left nothing.
using FindEvidence =
    std::function<std::optional<evidence::StepEvidence>(const std::string& participant, const scenario::StepVerdict&)>;

/// How a report is to look.
struct Options {
  Language language = Language::en;
  bool colour = false;    ///< ANSI colours, for a terminal
  FindEvidence evidence;  ///< for the formats that show it; may be empty
};

/// One way to write a run down; a pure function of the verdicts. A new one is one new file and one row of the table.
struct Format {
  std::string_view name;
  std::string_view summary;
  std::string (*render)(const scenario::RunVerdict& run, const Options& options);
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);

}  // namespace labctl::report
