#include "labctl/cli/doctor.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"

namespace labctl::cli {
namespace {

struct DoctorFlags {
  int participants = topology::LabSettings{}.participants;
  bool json = false;
};

void print_finding(const host::Finding& finding, bool colour) {
  static constexpr std::string_view kColours[] = {"\x1b[32m", "\x1b[33m", "\x1b[31m"};
  const auto name = fmt::format("{:<8}", name_of(finding.health));
  print("{}  {:<16} {}\n",
        colour ? fmt::format("{}{}\x1b[0m", kColours[static_cast<std::size_t>(finding.health)], name) : name,
        finding.what, printable(finding.meaning));
  if (!finding.mend.empty()) print("{:26} {}\n", "", finding.mend);
}

}  // namespace

Action declare_doctor(CLI::App& app, const Context&) {
  auto flags = std::make_shared<DoctorFlags>();
  app.add_option("-n,--participants", flags->participants, "for a lab of so many participants")->capture_default_str();
  declare_json(app, flags->json);
  app.footer(
      "Exit code 0 when a lab can come up here, else 3.\n"
      "JSON: {\"able\", \"findings\": [{\"what\", \"health\": \"ok\"|\"warning\"|\"missing\", \"meaning\", "
      "\"mend\"}]}");
  return [flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, topology::make_topology({.participants = flags->participants}));
    const auto findings = examine_machine(lab.hosts.size());
    const bool able = host::lab_can_come_up(findings);
    if (flags->json) {
      Json list = Json::array();
      for (const auto& finding : findings)
        list.push_back({{"what", finding.what},
                        {"health", name_of(finding.health)},
                        {"meaning", printable(finding.meaning)},
                        {"mend", finding.mend}});
      print_json({{"able", able}, {"findings", std::move(list)}});
    } else {
      const bool colour = is_rich_terminal(1);
      for (const auto& finding : findings) print_finding(finding, colour);
      print("\n{} lab of {} participants can come up here\n", able ? "a" : "no", flags->participants);
    }
    return able ? 0 : 3;
  };
}

}  // namespace labctl::cli
