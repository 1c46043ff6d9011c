#pragma once

#include <span>
#include <string>
#include <string_view>

#include "labctl/cli/verb.h"
#include "labctl/dns/zone_edit.h"
#include "labctl/lab/ports.h"

namespace labctl::cli {

/// One row of `labctl zone`. A new one is one new file in zone/ and one row of the table in zone_verbs.cc.
using ZoneVerb = Verb;
std::span<const ZoneVerb> zone_verbs();

Action declare_zone_list(CLI::App& app, const Context& context);
Action declare_zone_show(CLI::App& app, const Context& context);
Action declare_zone_diff(CLI::App& app, const Context& context);
Action declare_zone_set(CLI::App& app, const Context& context);
Action declare_zone_unset(CLI::App& app, const Context& context);
Action declare_zone_edit(CLI::App& app, const Context& context);
Action declare_zone_apply(CLI::App& app, const Context& context);
Action declare_zone_undo(CLI::App& app, const Context& context);
Action declare_zone_history(CLI::App& app, const Context& context);
Action declare_zone_reset(CLI::App& app, const Context& context);
Action declare_zone_lint(CLI::App& app, const Context& context);
Action declare_zone_watch(CLI::App& app, const Context& context);
Action declare_zone_repair(CLI::App& app, const Context& context);

/// The positional argument that nearly all of them have.
void declare_zone_name(CLI::App& app, std::string& zone);

/// JSON of a verb that changed a zone, for its help.
inline constexpr const char* kZoneEditJson =
    "JSON: {\"zone\", \"changed\", \"serial_before\", \"serial_after\", \"diff\": [line], \"seen_at\": [host]}";

/// Makes the edit, and prints its diff and where it was seen: what every verb that changes a zone ends with.
/// Errors: those of ZonePort::apply, with what became of the zone.
Result<int> make_edit(const Context& context, const lab::Ports& ports, dns::ZoneEdit edit, std::string why, bool json);

/// A zone file that a person wrote.
struct WrittenFile {
  std::string name;
  std::string text;
};
/// Refuses a file in which lint finds errors that `before` has not. Errors: `usage` with the findings.
Result<void> refuse_what_lint_refuses(const Context& context, const std::string& zone,
                                      const std::vector<dns::Record>& before, const WrittenFile& file);

}  // namespace labctl::cli
