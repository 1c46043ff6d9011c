#include "labctl/cli/zone/zone_verbs.h"

#include <CLI/CLI.hpp>
#include <array>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/lint/lint.h"

namespace labctl::cli {
namespace {

constexpr std::array kZoneVerbs{
    ZoneVerb{"list", "list the lab's zones, and what is the matter with them", &declare_zone_list},
    ZoneVerb{"show", "print the zone as its authority serves it", &declare_zone_show},
    ZoneVerb{"diff", "tell what a file, or the zone's own file, has that is not served, and the other way",
             &declare_zone_diff},
    ZoneVerb{"set", "make a record the only one of its kind: set ZONE OWNER TTL TYPE DATA", &declare_zone_set},
    ZoneVerb{"unset", "remove records: unset ZONE OWNER [TYPE]", &declare_zone_unset},
    ZoneVerb{"edit", "open the zone in an editor and make what comes of it", &declare_zone_edit},
    ZoneVerb{"apply", "make the zone equal to a file by the smallest change", &declare_zone_apply},
    ZoneVerb{"undo", "take an edit by labctl back", &declare_zone_undo},
    ZoneVerb{"history", "list the edits by labctl", &declare_zone_history},
    ZoneVerb{"reset", "put the zone back to the start", &declare_zone_reset},
    ZoneVerb{"lint", "tell what is wrong with a zone's records; a file needs no lab", &declare_zone_lint},
    ZoneVerb{"watch", "watch a zone's records at the authority and at the resolver", &declare_zone_watch},
    ZoneVerb{"repair", "mend what edits by hand left: open transaction, frozen zone, bad file or serial, deaf knotd",
             &declare_zone_repair},
};

}  // namespace

std::span<const ZoneVerb> zone_verbs() { return kZoneVerbs; }

void declare_zone_name(CLI::App& app, std::string& zone) {
  app.add_option("zone", zone, "m001.mail.nic.example, or another zone of the lab")->required();
}

Result<int> make_edit(const lab::Ports& ports, dns::ZoneEdit edit, std::string why, bool json) {
  if (edit.empty()) {
    if (json)
      print_json({{"zone", edit.zone}, {"changed", false}});
    else
      print("nothing to change: the zone is so already\n");
    return 0;
  }
  edit.why = std::move(why);
  LABCTL_ASSIGN(const auto edited, ports.zones.apply(edit));
  if (json)
    print_json({{"zone", edited.zone},
                {"changed", true},
                {"serial_before", edited.serial_before},
                {"serial_after", edited.serial_after},
                {"diff", lines_of(edited.diff)},
                {"seen_at", {edited.authority.server, edited.resolver.server}}});
  else
    print("{}serial {} -> {}; seen at {} and at {}\n", edited.diff, edited.serial_before, edited.serial_after,
          edited.authority.server, edited.resolver.server);
  return 0;
}

Result<void> refuse_what_lint_refuses(const Context& context, const std::string& zone,
                                      const std::vector<dns::Record>& before, const std::vector<dns::Record>& after) {
  const auto errors_in = [&](const std::vector<dns::Record>& records) {
    lint::WrittenZone written{.file = zone};
    written.apex = dns::absolute_name("@", zone).value_or(zone);
    for (const auto& record : records) written.lines.push_back({.record = record, .text = {}});
    auto findings = lint::lint({std::move(written)});
    std::erase_if(findings, [](const lint::Finding& one) { return one.severity != lint::Severity::error; });
    return findings;
  };
  const auto old = errors_in(before);
  std::string texts;
  for (const auto& finding : errors_in(after)) {
    const bool is_old = std::ranges::any_of(
        old, [&](const lint::Finding& one) { return one.id == finding.id && one.owner == finding.owner; });
    if (!is_old)
      texts += fmt::format("\n  {} [{}]: {}\n    -> {} ({})", finding.owner, finding.id,
                           printable(finding.message.in(context.language)),
                           printable(finding.advice.in(context.language)), finding.source);
  }
  if (texts.empty()) return {};
  return usage_error("the zone would have errors that it has not now:" + texts, {},
                     "mend them, or say --anyway; the zone stays as it was");
}

}  // namespace labctl::cli
