#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/lint/lint.h"

// What every verb that changes a zone ends with: lint's word on it, the edit, and what is said when it was refused.
namespace labctl::cli {
namespace {

lint::WrittenZone as_written(const std::string& zone, const std::vector<dns::Record>& records) {
  lint::WrittenZone written{.apex = {}, .file = zone, .lines = {}};
  written.apex = dns::absolute_name("@", zone).value_or(zone);
  for (const auto& record : records) written.lines.push_back({.record = record, .text = {}});
  return written;
}

lint::Findings errors_among(lint::Findings findings) {
  std::erase_if(findings, [](const lint::Finding& one) { return one.severity != lint::Severity::error; });
  return findings;
}

/// The errors in `after` that `before` has not.
lint::Findings new_errors(const std::string& zone, const std::vector<dns::Record>& before, lint::WrittenZone after) {
  const auto old = errors_among(lint::lint({as_written(zone, before)}));
  auto errors = errors_among(lint::lint({std::move(after)}));
  std::erase_if(errors, [&](const lint::Finding& finding) {
    return std::ranges::any_of(
        old, [&](const lint::Finding& one) { return one.id == finding.id && one.owner == finding.owner; });
  });
  return errors;
}

/// Knot says "semantic check", and not which: told with what lint finds in the zone as it would be.
Error explained(const Context& context, const lab::Ports& ports, const dns::ZoneEdit& edit, Error error) {
  if (error.kind != ErrorKind::usage || error.message.find("semantic check") == std::string::npos) return error;
  const auto before = ports.zones.read(edit.zone);
  if (!before) return error;
  const auto after = dns::applied(*before, dns::written_out(edit, *before));
  if (!after) return error;
  for (const auto& finding : new_errors(edit.zone, *before, as_written(edit.zone, *after))) {
    if (!finding.id.starts_with("cname.")) continue;
    error.message += fmt::format(": {}", printable(finding.message.in(context.language)));
    error.hint = fmt::format("{} ({}); {}", printable(finding.advice.in(context.language)), finding.source, error.hint);
    return error;
  }
  return error;
}

/// Says whether the zone is the new one: what failed may lie behind the edit, at the resolver for one.
Error with_outcome(const lab::Ports& ports, const dns::ZoneEdit& edit, Error error) {
  // Refused before anything was begun; a knotd that does not answer is not asked again.
  if (error.kind == ErrorKind::usage || error.kind == ErrorKind::timeout) return error;
  const auto now = ports.zones.read(edit.zone);
  if (!now) return error;
  const auto* outcome = dns::took_effect(edit, *now) ? "the edit is made all the same: the zone's authority has it"
                                                     : "the zone stays as it was";
  error.hint = error.hint.empty() ? outcome : fmt::format("{}; {}", outcome, error.hint);
  return error;
}

}  // namespace

Result<int> make_edit(const Context& context, const lab::Ports& ports, dns::ZoneEdit edit, std::string why, bool json) {
  if (edit.empty()) {
    if (json)
      print_json({{"zone", edit.zone}, {"changed", false}});
    else
      print("nothing to change: the zone is so already\n");
    return 0;
  }
  edit.why = std::move(why);
  const auto edited = ports.zones.apply(edit);
  if (!edited) return std::unexpected(with_outcome(ports, edit, explained(context, ports, edit, edited.error())));
  if (json)
    print_json({{"zone", edited->zone},
                {"changed", true},
                {"serial_before", edited->serial_before},
                {"serial_after", edited->serial_after},
                {"diff", lines_of(edited->diff)},
                {"seen_at", {edited->authority.server, edited->resolver.server}}});
  else
    print("{}serial {} -> {}; seen at {} and at {}\n", edited->diff, edited->serial_before, edited->serial_after,
          edited->authority.server, edited->resolver.server);
  return 0;
}

Result<void> refuse_what_lint_refuses(const Context& context, const std::string& zone,
                                      const std::vector<dns::Record>& before, const WrittenFile& file) {
  // The file as it is written: its records alone no longer show what lies outside of the zone, or was cut in pieces.
  auto read = lint::read_written_zone(file.text, file.name, zone);
  auto errors = errors_among(std::move(read.findings));
  if (read.is_read)
    for (auto& finding : new_errors(zone, before, std::move(read.zone))) errors.push_back(std::move(finding));
  if (errors.empty()) return {};
  std::string texts;
  for (const auto& finding : errors)
    texts += fmt::format("\n  {}:{}: {} [{}]: {}\n    -> {} ({})", printable(finding.file), finding.line, finding.owner,
                         finding.id, printable(finding.message.in(context.language)),
                         printable(finding.advice.in(context.language)), finding.source);
  return usage_error("the zone would have errors that it has not now:" + texts, {},
                     "mend them, or say --anyway; the zone stays as it was");
}

}  // namespace labctl::cli
