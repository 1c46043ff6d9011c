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

Result<std::string> handout(const lab::Ports& ports, const std::vector<Scenario>& scenarios,
                            const std::string& participant, Language language) {
  const auto* who = ports.topology.find_participant(participant);
  if (who == nullptr) {
    std::vector<std::string> known;
    for (const auto& other : ports.topology.participants) known.push_back(other.id);
    const auto meant = nearest(participant, known);
    return usage_error(fmt::format("the lab has no participant '{}'", printable(participant)), {},
                       meant ? fmt::format("did you mean '{}'?", *meant) : std::string());
  }
  const auto values = handout_values(ports.topology, *who, ports.credentials);
  std::string text = access(values, language);
  for (const auto& scenario : scenarios) {
    LABCTL_ASSIGN(const auto title, fill(scenario.title.in(language), values, scenario.name));
    text += fmt::format("\n{}\n", title);
    for (std::size_t i = 0; i < display_width(title); ++i) text += '=';
    text += "\n";
    for (const auto& step : scenario.steps) {
      LABCTL_ASSIGN(const auto keys, filled(step.keys, values));
      LABCTL_ASSIGN(const auto step_title, fill(step.title.in(language), values, scenario.name));
      LABCTL_ASSIGN(const auto what, fill(step.text.in(language), values, scenario.name));
      text += fmt::format("\n{}. {}\n", step.id, step_title);
      for (const auto& line : lines_of(trim(what))) text += line.empty() ? "\n" : fmt::format("  {}\n", line);
      for (const auto& line : step.kind->commands({.ports = ports, .participant = *who, .step = step, .keys = keys}))
        text += fmt::format("    {}\n", line);
    }
  }
  return text;
}

}  // namespace labctl::scenario
