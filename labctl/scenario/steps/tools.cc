#include "labctl/scenario/steps/tools.h"

#include <fmt/format.h>

#include "labctl/base/text.h"

namespace labctl::scenario {
namespace {

std::string last_line(const std::string& text) {
  const auto lines = lines_of(trim(text));
  return lines.empty() ? std::string("it said nothing") : printable(lines.back());
}

}  // namespace

Result<void> check_host(const config::Value& keys, std::string_view key, const topology::Topology& lab) {
  const auto* host = keys.find(key);
  if (host == nullptr || lab.find_host(host->text) != nullptr) return {};
  std::vector<std::string> known;
  for (const auto& candidate : lab.hosts) known.push_back(candidate.name);
  const auto meant = nearest(host->text, known);
  return config::bad_value(
      host->at, fmt::format("'{}' names '{}', which is no host of the lab", key, printable(host->text)),
      meant ? fmt::format("did you mean '{}'?", *meant) : "use e.g. {receiver}, {sender} or {rogue}");
}

Result<void> check_texts(const config::Value& keys, std::string_view key) {
  if (const auto* array = keys.find(key))
    for (const auto& item : array->items)
      LABCTL_TRY(config::check_type(item, static_cast<unsigned>(config::Type::string), key));
  return {};
}

std::vector<std::string> texts_of(const config::Value& keys, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* array = keys.find(key))
    for (const auto& item : array->items) texts.push_back(item.text);
  return texts;
}

Result<evidence::CommandSeen> run_on(const StepContext& context, const std::string& host,
                                     const std::vector<std::string>& argv) {
  LABCTL_ASSIGN(const auto result, context.ports.hosts.run(host, argv));
  return evidence::CommandSeen{host, argv, result.exit_status, result.out + result.err};
}

Result<evidence::CommandSeen> must_run_on(const StepContext& context, const std::string& host,
                                          const std::vector<std::string>& argv) {
  LABCTL_ASSIGN(auto command, run_on(context, host, argv));
  if (command.exit_status != 0)
    return lab_error(
        fmt::format("{} ended with status {}: {}", argv.front(), command.exit_status, last_line(command.output)),
        fmt::format("{}: {}", host, argv.front()), fmt::format("labctl exec {} -- {}", host, join(argv, " ")));
  return command;
}

std::vector<std::string> way_to(const StepContext& context, std::string_view host, bool root) {
  const auto& lab = context.ports.topology;
  const auto* island = lab.with_role(topology::Role::bastion);
  const auto* target = lab.find_host(host);
  std::vector<std::string> lines;
  if (island != nullptr) lines.push_back(fmt::format("$ ssh {}@{}", topology::kUserA, island->fqdn));
  if (target != nullptr) lines.push_back(fmt::format("island$ ssh {}", target->fqdn));
  if (root) lines.push_back(prompt(host, false) + "sudo -s");
  return lines;
}

std::string prompt(std::string_view host, bool root) {
  return fmt::format("{}{} ", host.substr(0, host.find('.')), root ? '#' : '$');
}

Observation seen(evidence::Seen evidence) { return {std::move(evidence), std::nullopt}; }

Observation missing(std::string reason) { return {evidence::Nothing{}, std::move(reason)}; }

}  // namespace labctl::scenario
