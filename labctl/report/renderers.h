#pragma once

#include "labctl/report/format.h"

namespace labctl::report {

// One function for each row of the format table.
std::string render_text(const scenario::RunVerdict& run, const Options& options);
std::string render_json(const scenario::RunVerdict& run, const Options& options);
std::string render_junit(const scenario::RunVerdict& run, const Options& options);
std::string render_tap(const scenario::RunVerdict& run, const Options& options);
std::string render_html(const scenario::RunVerdict& run, const Options& options);

}  // namespace labctl::report
