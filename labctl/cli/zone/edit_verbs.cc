#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/lab/zone_admin.h"

// set, unset, undo, history and reset.
namespace labctl::cli {
namespace {

constexpr int kHighestEditNumber = 1'000'000;

struct EditFlags {
  std::string zone;
  std::vector<std::string> words;
  int number = 0;
  bool json = false;
};

std::shared_ptr<EditFlags> declare_edit(CLI::App& app) {
  auto flags = std::make_shared<EditFlags>();
  declare_zone_name(app, flags->zone);
  declare_json(app, flags->json);
  app.footer(kZoneEditJson);
  return flags;
}

Result<dns::ZoneEdit> edit_to_undo(const std::vector<lab::ZoneHistoryEntry>& entries, int number) {
  const lab::ZoneHistoryEntry* entry = nullptr;
  if (number == 0) {
    entry = lab::newest_undoable(entries);
    if (entry == nullptr) return usage_error("the history has no edit that could be taken back");
  } else {
    const auto found = std::ranges::find(entries, number, &lab::ZoneHistoryEntry::number);
    if (found == entries.end())
      return usage_error(fmt::format("the history has no edit {}", number), {}, "labctl zone history lists them");
    if (lab::is_undone(entries, number))
      return usage_error(fmt::format("edit {} was taken back already", number), {},
                         "labctl zone history shows by which");
    entry = &*found;
  }
  auto edit = dns::inverse(entry->edit);
  edit.undoes = entry->number;
  return edit;
}

/// The words as one record. In a zone file a line that begins with a blank is of the owner before it; here there is
/// none, and the next word would be taken for it.
Result<std::string> record_text(const std::vector<std::string>& words) {
  auto text = join(words, " ");
  if (text.starts_with(' ') || text.starts_with('\t'))
    return usage_error("the record begins with a blank, and so has no owner", {},
                       "write it as in a zone file: OWNER TTL TYPE DATA; @ is the zone's own name");
  return text;
}

Json json_of(const lab::ZoneHistoryEntry& entry, bool undone) {
  return {{"number", entry.number},
          {"at", entry.at},
          {"why", entry.edit.why},
          {"undoes", entry.edit.undoes == 0 ? Json() : Json(entry.edit.undoes)},
          {"undone", undone},
          {"interrupted", entry.interrupted},
          {"serial_before", entry.serial_before},
          {"serial_after", entry.serial_after},
          {"diff", lines_of(dns::to_diff(entry.edit))}};
}

}  // namespace

Action declare_zone_set(CLI::App& app, const Context& context) {
  auto flags = declare_edit(app);
  app.add_option("record", flags->words, "as in a zone file, in one word or several")->required();
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto ports = lab->ports(context.stop);
    LABCTL_ASSIGN(const auto text, record_text(flags->words));
    LABCTL_ASSIGN(const auto record, dns::parse_record(text, flags->zone));
    LABCTL_ASSIGN(const auto records, ports.zones.read(flags->zone));
    return make_edit(context, ports, dns::edit_to_set(flags->zone, records, record), "zone set", flags->json);
  };
}

Action declare_zone_unset(CLI::App& app, const Context& context) {
  auto flags = declare_edit(app);
  app.add_option("owner", flags->words, "owner and, if only one type is meant, type")->required()->expected(1, 2);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto ports = lab->ports(context.stop);
    if (flags->words.size() > 1 && equal_ignoring_case(flags->words[1], "SOA"))
      return usage_error("the SOA record stays: a zone without one is none");
    LABCTL_ASSIGN(const auto owner, dns::absolute_name(flags->words.front(), flags->zone));
    const std::string type = flags->words.size() > 1 ? flags->words[1] : "";
    if (flags->words.front().empty() || (flags->words.size() > 1 && !dns::is_record_type(type)))
      return usage_error(
          flags->words.front().empty() ? "the owner is empty" : fmt::format("'{}' is no record type", printable(type)),
          {}, "write it so: OWNER, or OWNER TYPE: _dmarc TXT; @ is the zone's own name");
    LABCTL_ASSIGN(const auto records, ports.zones.read(flags->zone));
    return make_edit(context, ports, dns::edit_to_unset(flags->zone, records, owner, type), "zone unset", flags->json);
  };
}

Action declare_zone_undo(CLI::App& app, const Context& context) {
  auto flags = declare_edit(app);
  app.add_option("number", flags->number, "which edit (the newest that was not taken back)")
      ->check(CLI::Range(1, kHighestEditNumber, "POSITIVE"));
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto entries, lab->zone_admin(context.stop)->history(flags->zone));
    LABCTL_ASSIGN(auto edit, edit_to_undo(entries, flags->number));
    const auto why = fmt::format("undo {}", edit.undoes);
    auto made = make_edit(context, lab->ports(context.stop), std::move(edit), why, flags->json);
    if (!made && made.error().kind == ErrorKind::usage)
      return usage_error(fmt::format("what edit {} made was changed since: {}", why.substr(5), made.error().message),
                         made.error().where,
                         "the zone stays as it was; take the later edits back first, or set the record");
    return made;
  };
}

Action declare_zone_history(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<EditFlags>();
  declare_zone_name(app, flags->zone);
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"zone\", \"edits\": [{\"number\", \"at\", \"why\", \"undoes\": null or number, \"undone\", "
      "\"interrupted\", \"serial_before\", \"serial_after\", \"diff\": [line]}]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto entries, lab->zone_admin(context.stop)->history(flags->zone));
    Json list = Json::array();
    for (const auto& entry : entries) {
      const bool undone = lab::is_undone(entries, entry.number);
      list.push_back(json_of(entry, undone));
      if (flags->json) continue;
      print("{}  {}  {}  {} -> {}{}{}\n{}", entry.number, entry.at, printable(entry.edit.why), entry.serial_before,
            entry.serial_after, undone ? "  (taken back)" : "",
            entry.interrupted ? "  (labctl was ended before its end)" : "", printable(dns::to_diff(entry.edit)));
    }
    if (flags->json) print_json({{"zone", flags->zone}, {"edits", std::move(list)}});
    return 0;
  };
}

Action declare_zone_reset(CLI::App& app, const Context& context) {
  auto flags = declare_edit(app);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto ports = lab->ports(context.stop);
    LABCTL_ASSIGN(const auto start, lab->zone_admin(context.stop)->start_of(flags->zone));
    LABCTL_ASSIGN(const auto before, ports.zones.read(flags->zone));
    return make_edit(context, ports, dns::edit_to_equal(flags->zone, before, start), "zone reset", flags->json);
  };
}

}  // namespace labctl::cli
