#include "labctl/lint/lint.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/dns/record.h"
#include "labctl/lab/zone_admin.h"

namespace labctl::cli {
namespace {

constexpr std::size_t kLargestZone = 8U << 20U;

struct LintFlags {
  std::vector<std::string> what;
  bool json = false;
};

Result<lint::ReadZone> zone_of_lab(const Context& context, const std::string& zone) {
  const auto opened = lab::Lab::open(context.lab);
  if (!opened)
    return std::unexpected(
        opened.error().while_(fmt::format("there is no file '{}', and no lab to ask for a zone of "
                                          "that name",
                                          printable(zone))));
  const auto& lab = *opened;
  const auto ports = lab->ports(context.stop);
  LABCTL_ASSIGN(const auto records, ports.zones.read(zone));
  lint::ReadZone read;
  LABCTL_ASSIGN(read.zone.apex, dns::absolute_name("@", zone));
  read.zone.file = zone;
  read.is_read = true;
  for (const auto& record : records) read.zone.lines.push_back({.record = record, .text = {}});
  return read;
}

/// "example" and "." are zones of a lab too; a word like these may as well be a file's name with a slip in it.
bool is_zone_of_lab(const Context& context, const std::string& what) {
  const auto lab = lab::Lab::open(context.lab);
  if (!lab) return false;
  return (*lab)->zone_admin(context.stop)->find(what).has_value();
}

Result<lint::ReadZone> read_zone(const Context& context, const std::string& what) {
  std::error_code ignored;
  const bool may_be_zone = (what == "." || !std::filesystem::exists(what, ignored)) &&
                           what.find('/') == std::string::npos && !what.ends_with(".zone") && what != "-";
  const bool is_long_name = what.size() > 1 && what.find('.') != std::string::npos;
  if (may_be_zone && (is_long_name || is_zone_of_lab(context, what))) return zone_of_lab(context, what);
  const auto text = what == "-" ? read_standard_input(kLargestZone) : read_file(what, 0, kLargestZone);
  if (!text) return usage_error(text.error().message, text.error().where);  // the name is the person's
  return lint::read_written_zone(*text, what);
}

Json json_of(const lint::Finding& finding) {
  const auto both = [](const LocalText& text) { return Json{{"ja", printable(text.ja)}, {"en", printable(text.en)}}; };
  return {{"id", finding.id},
          {"severity", lint::name_of(finding.severity)},
          {"file", finding.file},
          {"line", finding.line},
          {"owner", finding.owner},
          {"message", both(finding.message)},
          {"advice", both(finding.advice)},
          {"source", finding.source}};
}

void print_finding(const lint::Finding& finding, Language language) {
  const auto place =
      finding.line == 0 ? printable(finding.file) : fmt::format("{}:{}", printable(finding.file), finding.line);
  print("{}: {}: {}[{}]\n", place, lint::name_of(finding.severity), finding.owner.empty() ? "" : finding.owner + " ",
        finding.id);
  for (const auto& line : lines_of(finding.message.in(language))) print("  {}\n", printable(line));
  print("  -> {} ({})\n", printable(finding.advice.in(language)), finding.source);
}

/// Each of `what` is a file, or a zone of the lab when there is no such file. The value is the exit code: 1 when there
/// is an error among the findings.
Result<int> lint_zones(const Context& context, const std::vector<std::string>& what, bool json) {
  std::vector<lint::WrittenZone> zones;
  lint::Findings findings;
  for (const auto& one : what) {
    LABCTL_ASSIGN(auto read, read_zone(context, one));
    findings.insert(findings.end(), read.findings.begin(), read.findings.end());
    if (read.is_read) zones.push_back(std::move(read.zone));
  }
  auto more = lint::lint(std::move(zones));
  findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  const auto count = [&](lint::Severity severity) {
    return std::ranges::count(findings, severity, &lint::Finding::severity);
  };
  if (json) {
    Json list = Json::array();
    for (const auto& finding : findings) list.push_back(json_of(finding));
    print_json({{"findings", std::move(list)}});
  } else {
    for (const auto& finding : findings) print_finding(finding, context.language);
    print("errors: {}, warnings: {}, notices: {}\n", count(lint::Severity::error), count(lint::Severity::warning),
          count(lint::Severity::notice));
  }
  return count(lint::Severity::error) > 0 ? 1 : 0;
}

}  // namespace

Action declare_zone_lint(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<LintFlags>();
  app.add_option("zone", flags->what, "zone files (- for standard input), looked at together, or zones of the lab")
      ->required();
  declare_json(app, flags->json);
  app.footer(
      "Exit code 1 when there is an error among the findings. A zone file's zone is its $ORIGIN, the owner of its "
      "SOA,\n"
      "or the file's name without .zone.\n"
      "JSON: {\"findings\": [{\"id\", \"severity\": \"error\"|\"warning\"|\"notice\", \"file\", \"line\", \"owner\", "
      "\"message\": {\"ja\", \"en\"}, \"advice\": {\"ja\", \"en\"}, \"source\"}]}");
  return [&context, flags]() -> Result<int> { return lint_zones(context, flags->what, flags->json); };
}

}  // namespace labctl::cli
