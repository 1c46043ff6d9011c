#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/cli/zone_lint.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::cli {
namespace {

struct ZoneFlags {
  std::string zone;
  std::vector<std::string> words;
  bool json = false;
};

Result<int> show(const lab::Ports& ports, const ZoneFlags& flags) {
  LABCTL_ASSIGN(const auto records, ports.zones.read(flags.zone));
  if (flags.json) {
    Json list = Json::array();
    for (const auto& record : records)
      list.push_back({{"owner", record.owner}, {"ttl", record.ttl}, {"type", record.type}, {"rdata", record.rdata}});
    print_json({{"zone", flags.zone}, {"records", std::move(list)}});
    return 0;
  }
  for (const auto& record : records) print("{}\n", dns::to_line(record));
  return 0;
}

Result<int> apply(const lab::Ports& ports, const dns::ZoneEdit& edit, const ZoneFlags& flags) {
  if (edit.empty()) {
    if (flags.json)
      print_json({{"zone", flags.zone}, {"changed", false}});
    else
      print("nothing to change: the zone is so already\n");
    return 0;
  }
  LABCTL_ASSIGN(const auto edited, ports.zones.apply(edit));
  if (flags.json)
    print_json({{"zone", flags.zone},
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

}  // namespace

Action declare_zone(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<ZoneFlags>();
  app.require_subcommand(1);
  auto* shown = app.add_subcommand("show", "print the zone as its authority serves it");
  auto* set = app.add_subcommand("set", "make a record the only one of its kind: set ZONE OWNER TTL TYPE DATA");
  auto* unset = app.add_subcommand("unset", "remove records: unset ZONE OWNER [TYPE]");
  for (auto* sub : {shown, set, unset}) {
    sub->add_option("zone", flags->zone, "m001.mail.nic.example, or another zone of the lab")->required();
    declare_json(*sub, flags->json);
  }
  shown->footer("JSON: {\"zone\", \"records\": [{\"owner\", \"ttl\", \"type\", \"rdata\"}]}");
  for (auto* sub : {set, unset})
    sub->footer(
        "JSON: {\"zone\", \"changed\", \"serial_before\", \"serial_after\", \"diff\": [line], \"seen_at\": [host]}");
  set->add_option("record", flags->words, "as in a zone file, in one word or several")->required();
  unset->add_option("owner", flags->words, "owner and, if only one type is meant, type")->required()->expected(1, 2);
  auto* linted = app.add_subcommand("lint", "tell what is wrong with a zone's records; a file needs no lab");
  linted->add_option("zone", flags->words, "zone files, looked at together, or zones of the lab")->required();
  declare_json(*linted, flags->json);
  linted->footer(
      "Exit code 1 when there is an error among the findings. A zone file's zone is its $ORIGIN, the owner of its "
      "SOA,\n"
      "or the file's name without .zone.\n"
      "JSON: {\"findings\": [{\"id\", \"severity\": \"error\"|\"warning\"|\"notice\", \"file\", \"line\", \"owner\", "
      "\"message\": {\"ja\", \"en\"}, \"advice\": {\"ja\", \"en\"}, \"source\"}]}");
  return [&context, flags, shown, set, linted]() -> Result<int> {
    if (linted->parsed()) return lint_zones(context, flags->words, flags->json);
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto ports = lab->ports(context.stop);
    if (shown->parsed()) return show(ports, *flags);
    if (set->parsed()) {
      LABCTL_ASSIGN(const auto record, dns::parse_record(join(flags->words, " "), flags->zone));
      LABCTL_ASSIGN(const auto records, ports.zones.read(flags->zone));
      return apply(ports, dns::edit_to_set(flags->zone, records, record), *flags);
    }
    if (flags->words.size() > 1 && equal_ignoring_case(flags->words[1], "SOA"))
      return usage_error("the SOA record stays: a zone without one is none");
    LABCTL_ASSIGN(const auto owner, dns::absolute_name(flags->words.front(), flags->zone));
    LABCTL_ASSIGN(const auto records, ports.zones.read(flags->zone));
    return apply(ports, dns::edit_to_unset(flags->zone, records, owner, flags->words.size() > 1 ? flags->words[1] : ""),
                 *flags);
  };
}

}  // namespace labctl::cli
