#include <fmt/format.h>

#include <array>

#include "labctl/scenario/steps/dkim_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {
namespace dkim_key_step {

constexpr std::array<config::Key, 1> kKeys{{{.name = "selector", .required = true, .summary = "DKIM selector"}}};

Result<void> check(const config::Value& keys, const topology::Topology&) { return check_selector(keys); }

std::string key_file(const std::string& selector, std::string_view ending) {
  return fmt::format("{}/{}.{}", kKeyDirectory, selector, ending);
}

std::string key_table_line(const std::string& selector, const std::string& zone) {
  return fmt::format("{0}._domainkey.{1} {1}:{0}:{2}", selector, zone, key_file(selector, "private"));
}

std::string signing_table_line(const std::string& selector, const std::string& zone) {
  return fmt::format("*@{1} {0}._domainkey.{1}", selector, zone);
}

std::vector<std::string> genkey(const std::string& selector, const std::string& zone) {
  return {"opendkim-genkey", "-b", "2048", "-d", zone, "-s", selector, "-D", std::string(kKeyDirectory)};
}

/// The tables and the public half; the private key stays where it is.
Result<evidence::CommandSeen> inspect(const StepContext& context) {
  const auto& host = context.participant.sender;
  return run_on(
      context, host,
      {"cat", std::string(kKeyTable), std::string(kSigningTable), key_file(context.keys.text_of("selector"), "txt")});
}

Result<Observation> play(const StepContext& context) {
  const auto& host = context.participant.sender;
  const auto& zone = context.participant.zone;
  const std::string selector = context.keys.text_of("selector");
  LABCTL_TRY(must_run_on(context, host, genkey(selector, zone)));
  LABCTL_TRY(must_run_on(context, host, {"chown", "opendkim:opendkim", key_file(selector, "private")}));
  LABCTL_TRY(write_on(context, host, kKeyTable, key_table_line(selector, zone) + "\n"));
  LABCTL_TRY(write_on(context, host, kSigningTable, signing_table_line(selector, zone) + "\n"));
  LABCTL_TRY(restart_opendkim(context, host));
  LABCTL_ASSIGN(auto command, inspect(context));
  return seen(std::move(command));
}

Result<Observation> recognize(const StepContext& context, const Opened&) {
  LABCTL_ASSIGN(auto command, inspect(context));
  if (command.exit_status != 0)
    return missing(
        fmt::format("{} has no {} yet", context.participant.sender, key_file(context.keys.text_of("selector"), "txt")));
  return seen(std::move(command));
}

std::vector<std::string> commands(const StepContext& context) {
  const std::string selector = context.keys.text_of("selector");
  const auto& zone = context.participant.zone;
  auto lines = way_to(context, context.participant.sender, true);
  const std::string root = prompt(context.participant.sender, true);
  std::string make;
  for (const auto& word : genkey(selector, zone)) make += (make.empty() ? "" : " ") + word;
  lines.push_back(root + make);
  lines.push_back(root + fmt::format("chown opendkim:opendkim {}", key_file(selector, "private")));
  lines.push_back(root + fmt::format("echo '{}' > {}", key_table_line(selector, zone), kKeyTable));
  lines.push_back(root + fmt::format("echo '{}' > {}", signing_table_line(selector, zone), kSigningTable));
  lines.push_back(root + "systemctl restart opendkim.service");
  return lines;
}

}  // namespace dkim_key_step

constinit const StepKind kDkimKey{.verb = "dkim.key",
                                  .summary = "make a DKIM key on the sender and let OpenDKIM sign with it",
                                  .leaves = Leaves::command,
                                  .keys = dkim_key_step::kKeys,
                                  .changes = true,
                                  .check = dkim_key_step::check,
                                  .play = dkim_key_step::play,
                                  .recognize = dkim_key_step::recognize,
                                  .commands = dkim_key_step::commands};

}  // namespace labctl::scenario
