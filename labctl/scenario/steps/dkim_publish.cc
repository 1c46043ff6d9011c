#include <fmt/format.h>

#include <array>

#include "labctl/scenario/steps/dkim_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {
namespace dkim_publish_step {

constexpr std::array<config::Key, 1> kKeys{{{.name = "selector", .required = true, .summary = "DKIM selector"}}};

Result<void> check(const config::Value& keys, const topology::Topology&) { return check_selector(keys); }

std::string text_file(const StepContext& context) {
  return fmt::format("{}/{}.txt", kKeyDirectory, context.keys.text_of("selector"));
}

Result<dns::Record> record_of_sender(const StepContext& context) {
  const auto& host = context.participant.sender;
  LABCTL_ASSIGN(const auto file, run_on(context, host, {"cat", text_file(context)}));
  LABCTL_ASSIGN(const auto text, published_text(file.exit_status == 0 ? file.output : "",
                                                fmt::format("{}: {}", host, text_file(context))));
  return key_record(context, text);
}

Result<Observation> play(const StepContext& context) {
  LABCTL_ASSIGN(const auto record, record_of_sender(context));
  return publish(context, record);
}

Result<Observation> recognize(const StepContext& context, const Opened&) {
  LABCTL_ASSIGN(const auto record, key_record(context, "v=DKIM1; k=rsa; p="));
  return recognize_published(context, record);
}

std::vector<std::string> commands(const StepContext& context) {
  auto lines = std::vector<std::string>{prompt(context.participant.sender, true) + "cat " + text_file(context)};
  const auto edit = edit_commands(context, {fmt::format("+ {}._domainkey.{}. 20 TXT \"v=DKIM1; …\"",
                                                        context.keys.text_of("selector"), context.participant.zone)});
  lines.insert(lines.end(), edit.begin(), edit.end());
  return lines;
}

}  // namespace dkim_publish_step

constinit const StepKind kDkimPublish{.verb = "dkim.publish",
                                      .summary = "publish the sender's public key under its selector",
                                      .leaves = Leaves::zone,
                                      .keys = dkim_publish_step::kKeys,
                                      .changes = true,
                                      .check = dkim_publish_step::check,
                                      .play = dkim_publish_step::play,
                                      .recognize = dkim_publish_step::recognize,
                                      .commands = dkim_publish_step::commands};

}  // namespace labctl::scenario
