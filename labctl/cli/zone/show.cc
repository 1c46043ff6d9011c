#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/lab/zone_admin.h"

namespace labctl::cli {
namespace {

struct ShowFlags {
  std::string zone;
  bool json = false;
};

}  // namespace

Action declare_zone_show(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<ShowFlags>();
  declare_zone_name(app, flags->zone);
  declare_json(app, flags->json);
  app.footer("JSON: {\"zone\", \"records\": [{\"owner\", \"ttl\", \"type\", \"rdata\"}]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(const auto records, lab->ports(context.stop).zones.read(flags->zone));
    if (flags->json) {
      Json list = Json::array();
      for (const auto& record : records)
        list.push_back({{"owner", record.owner}, {"ttl", record.ttl}, {"type", record.type}, {"rdata", record.rdata}});
      print_json({{"zone", flags->zone}, {"records", std::move(list)}});
      return 0;
    }
    for (const auto& record : records) print("{}\n", dns::to_line(record));
    return 0;
  };
}

}  // namespace labctl::cli
