#include "labctl/cli/verdict_output.h"

#include <CLI/CLI.hpp>

#include "labctl/cli/common.h"
#include "labctl/report/format.h"
#include "labctl/scenario/run_dir.h"

namespace labctl::cli {

void declare_outputs(CLI::App& app, Outputs& outputs) {
  std::vector<std::string> names;
  for (const auto& format : report::formats()) names.emplace_back(format.name);
  app.add_option("--format", outputs.format, "what goes to standard output")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  app.add_option("--json", outputs.json, "JSON to a file, or to standard output (-) instead of the text");
  app.add_option("--html", outputs.html, "a page that stands alone to a file, or to standard output (-)");
  app.add_option("--junit", outputs.junit, "JUnit XML to a file, or to standard output (-) instead of the text");
}

Result<int> write_verdict(const scenario::RunVerdict& verdict, const Outputs& outputs, const Context& context) {
  report::Options options{.language = context.language,
                          .evidence = [&](const std::string& participant, const scenario::StepVerdict& step) {
                            return scenario::find_evidence(verdict.run_dir, participant, step);
                          }};
  bool told = false;
  for (const auto& [name, file] :
       {std::pair{"json", &outputs.json}, {"junit", &outputs.junit}, {"html", &outputs.html}})
    if (!file->empty()) {
      LABCTL_TRY(write_to(*file, report::find_format(name)->render(verdict, options)));
      told = told || *file == "-";
    }
  options.colour = is_rich_terminal(1);
  if (!told) LABCTL_TRY(write_to("-", report::find_format(outputs.format)->render(verdict, options)));
  if (verdict.interrupted) return 130;
  switch (verdict.outcome) {
    case scenario::Outcome::pass:
      break;
    case scenario::Outcome::skip:  // Nothing was shown, so that not all is passed.
    case scenario::Outcome::fail:
      return 1;
    case scenario::Outcome::error:
      return 3;
  }
  return 0;
}

}  // namespace labctl::cli
