#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/lab/zone_admin.h"

// list and repair: the state of zones, and how it is mended.
namespace labctl::cli {
namespace {

struct RepairFlags {
  std::string zone;
  std::string transaction;
  bool json = false;
};

Json json_of_text(const LocalText& text) { return {{"ja", printable(text.ja)}, {"en", printable(text.en)}}; }

Json json_of_condition(const lab::ZoneCondition& condition) {
  Json troubles = Json::array();
  for (const auto& trouble : condition.troubles)
    troubles.push_back({{"id", trouble.id},
                        {"place", trouble.place},
                        {"message", json_of_text(trouble.what)},
                        {"advice", json_of_text(trouble.advice)}});
  return {{"zone", condition.place.zone},
          {"host", condition.place.host},
          {"file", condition.place.file},
          {"serial", condition.loaded ? Json(condition.serial) : Json()},
          {"file_serial", condition.file_serial ? Json(*condition.file_serial) : Json()},
          {"records", condition.records},
          {"troubles", std::move(troubles)}};
}

void print_troubles(const lab::ZoneCondition& condition, Language language) {
  for (const auto& trouble : condition.troubles) {
    print("{}: {} [{}]\n", printable(trouble.place), condition.place.zone, trouble.id);
    for (const auto& line : lines_of(trouble.what.in(language))) print("  {}\n", printable(line));
    print("  -> {}\n", printable(trouble.advice.in(language)));
  }
}

Result<int> repair_zone(const Context& context, const RepairFlags& flags) {
  static const std::map<std::string, lab::OthersTransaction> others{{"", lab::OthersTransaction::leave},
                                                                    {"commit", lab::OthersTransaction::commit},
                                                                    {"abort", lab::OthersTransaction::abort}};
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  const auto admin = lab->zone_admin(context.stop);
  LABCTL_ASSIGN(const auto before, admin->examine(flags.zone));
  if (!flags.json) print_troubles(before, context.language);
  LABCTL_ASSIGN(const auto done, admin->repair(flags.zone, others.at(flags.transaction)));
  LABCTL_ASSIGN(const auto after, admin->examine(flags.zone));
  Json mended = Json::array();
  for (const auto& one : done) {
    mended.push_back(json_of_text(one.what));
    if (!flags.json) print("* {}\n", printable(one.what.in(context.language)));
  }
  if (flags.json) {
    print_json(
        {{"before", json_of_condition(before)}, {"done", std::move(mended)}, {"after", json_of_condition(after)}});
  } else if (before.troubles.empty()) {
    print("nothing is the matter with {}: serial {}, {} records\n", after.place.zone, after.serial, after.records);
  } else {
    print("{}: serial {}, {} records; left to mend: {}\n", after.place.zone, after.serial, after.records,
          after.troubles.size());
  }
  return after.troubles.empty() ? 0 : 1;
}

}  // namespace

Action declare_zone_list(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<RepairFlags>();
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"zones\": [{\"zone\", \"host\", \"file\", \"serial\": null or number, \"file_serial\", \"records\", "
      "\"troubles\": [{\"id\", \"place\", \"message\": {\"ja\", \"en\"}, \"advice\"}]}]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto admin = lab->zone_admin(context.stop);
    Json list = Json::array();
    for (const auto& place : admin->places()) {
      LABCTL_ASSIGN(const auto condition, admin->examine(place.zone));
      list.push_back(json_of_condition(condition));
      if (flags->json) continue;
      std::string ids;
      for (const auto& trouble : condition.troubles) ids += " " + trouble.id;
      print("{:<32} {:<16} {:>10} {:>4} records {}\n", place.zone, place.host, condition.serial, condition.records,
            ids.empty() ? " ok" : ids);
    }
    if (flags->json) print_json({{"zones", std::move(list)}});
    return 0;
  };
}

Action declare_zone_repair(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<RepairFlags>();
  declare_zone_name(app, flags->zone);
  app.add_option("--transaction", flags->transaction, "end a transaction that somebody left open")
      ->check(CLI::IsMember({"commit", "abort"}));
  declare_json(app, flags->json);
  app.footer(
      "Tells what is the matter, mends what can be without losing a record, and keeps a file that it changes beside\n"
      "itself. Exit code 1 when something is left to mend.\n"
      "JSON: {\"before\": zone as in `zone list`, \"done\": [{\"ja\", \"en\"}], \"after\": zone}");
  return [&context, flags]() -> Result<int> { return repair_zone(context, *flags); };
}

}  // namespace labctl::cli
