#include "labctl/scenario/handout.h"

#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

std::string access(const Placeholders& values, Language language) {
  const bool ja = language == Language::ja;
  return fmt::format(fmt::runtime(ja ? "参加者 {0}: ゾーン {1}\n"
                                       "  メールアドレス   user-a@{1}, user-b@{1}  パスワード {2}\n"
                                       "  受信ホスト       {3} ({4})\n  送信ホスト       {5} ({6})\n"
                                       "  なりすまし送信   {7} ({8})\n"
                                     : "Participant {0}: zone {1}\n"
                                       "  mail addresses   user-a@{1}, user-b@{1}  password {2}\n"
                                       "  receiving host   {3} ({4})\n  sending host     {5} ({6})\n"
                                       "  spoofing host    {7} ({8})\n"),
                     values.at("participant"), values.at("zone"), values.at("password"), values.at("receiver_fqdn"),
                     values.at("receiver_address"), values.at("sender_fqdn"), values.at("sender_address"),
                     values.at("rogue_fqdn"), values.at("rogue_address"));
}

}  // namespace

Result<Handout> handout(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const std::string& participant,
                        Language language) {
  const auto* who = ports.topology.find_participant(participant);
  if (who == nullptr) {
    std::vector<std::string> known;
    for (const auto& other : ports.topology.participants) known.push_back(other.id);
    const auto meant = nearest(participant, known);
    return usage_error(fmt::format("the lab has no participant '{}'", printable(participant)), {},
                       meant ? fmt::format("did you mean '{}'?", *meant) : std::string());
  }
  const auto values = handout_values(ports.topology, *who, ports.credentials);
  Handout made{.participant = participant, .access = values, .scenarios = {}};
  for (const auto& scenario : scenarios) {
    auto& part = made.scenarios.emplace_back();
    part.name = scenario.name;
    LABCTL_ASSIGN(part.title, fill(scenario.title.in(language), values, scenario.name));
    for (const auto& step : scenario.steps) {
      LABCTL_ASSIGN(const auto keys, filled(step.keys, values));
      LABCTL_ASSIGN(auto title, fill(step.title.in(language), values, scenario.name));
      LABCTL_ASSIGN(const auto text, fill(step.text.in(language), values, scenario.name));
      part.steps.push_back(
          {.id = step.id,
           .title = std::move(title),
           .text = lines_of(trim(text)),
           .commands = step.kind->commands({.ports = ports, .participant = *who, .step = step, .keys = keys})});
    }
  }
  return made;
}

std::string render(const Handout& handout, Language language) {
  std::string text = access(handout.access, language);
  for (const auto& scenario : handout.scenarios) {
    text += fmt::format("\n{}\n{}\n", scenario.title, std::string(display_width(scenario.title), '='));
    for (const auto& step : scenario.steps) {
      text += fmt::format("\n{}. {}\n", step.id, step.title);
      for (const auto& line : step.text) text += line.empty() ? "\n" : fmt::format("  {}\n", line);
      for (const auto& line : step.commands) text += fmt::format("    {}\n", line);
    }
  }
  return text;
}

}  // namespace labctl::scenario
