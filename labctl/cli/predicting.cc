#include "labctl/cli/predicting.h"

#include <fmt/format.h>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/scenario/run_dir.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/values.h"

namespace labctl::cli {
namespace {

// The lesson's edits before a message that a cache may still have.
constexpr std::size_t kEarlierSnapshots = 8;

Json json_of_check(const scenario::PredictionCheck& check) {
  const auto dmarc = [](const evaluate::DmarcOutcome& outcome) {
    return Json{{"result", evaluate::name_of(outcome.result)},
                {"disposition", evaluate::name_of(outcome.disposition)},
                {"domain", outcome.domain}};
  };
  Json differences = Json::array();
  for (const auto& one : check.differences)
    differences.push_back({{"what", one.what},
                           {"predicted", one.predicted},
                           {"seen", one.seen},
                           {"cause", name_of(one.cause)},
                           {"reason", {{"ja", one.reason.ja}, {"en", one.reason.en}}}});
  return {{"predicted",
           {{"spf", evaluate::name_of(check.predicted.spf.result)},
            {"dmarc", {{"7489", dmarc(*check.predicted.by_7489)}, {"9989", dmarc(*check.predicted.by_9989)}}},
            {"rfcs_differ", check.predicted.differences}}},
          {"seen", {{"spf", check.said.spf}, {"dmarc", check.said.dmarc}, {"disposition", check.said.disposition}}},
          {"differences", std::move(differences)},
          {"listed", check.listed}};
}

/// One message of a step: "9-1", and of a day's mail its kind too: "9-1 newsletter".
struct SentMail {
  std::string what;
  const evidence::MailSeen* mail = nullptr;
};

std::vector<SentMail> mails_of(const std::string& step, const evidence::Seen& seen) {
  std::vector<SentMail> mails;
  if (const auto* mail = std::get_if<evidence::MailSeen>(&seen)) mails.push_back({step, mail});
  if (const auto* day = std::get_if<evidence::DaySeen>(&seen))
    for (const auto& flow : day->flows)
      for (const auto& mail : flow.mails) mails.push_back({fmt::format("{} {}", step, flow.kind), &mail});
  return mails;
}

/// Each text once, in the order in which they came, with how often it came: "  TEXT (x15)".
std::string counted(const std::vector<std::string>& texts) {
  std::map<std::string, std::size_t> times;
  for (const auto& text : texts) ++times[text];
  std::string lines;
  for (const auto& text : texts)
    if (const auto found = times.extract(text))
      lines += fmt::format("  {}{}\n", text, found.mapped() > 1 ? fmt::format(" (x{})", found.mapped()) : "");
  return lines;
}

}  // namespace

Result<scenario::ZoneSnapshot> Predicting::zones_now(const std::string& participant) {
  const auto& topology = ports_.topology;
  auto names = topology::parent_zone_names(topology);
  const auto& own = *topology.find_participant(participant);
  names.push_back(own.zone);
  // Lessons send from the neighbour's zone too.
  if (const auto* neighbour = scenario::neighbour_of(topology, own)) names.push_back(neighbour->zone);
  for (const auto& host : topology.hosts)
    if (!host.mail_domain.empty()) names.push_back(host.mail_domain);
  scenario::ZoneSnapshot zones;
  for (const auto& name : names) {
    LABCTL_ASSIGN(auto records, ports_.zones.read(name));
    zones.push_back({.apex = name == "." ? "." : name + ".", .records = std::move(records)});
  }
  return zones;
}

void Predicting::step_began(const std::string& participant, const scenario::Scenario& scenario,
                            const scenario::Step& step) {
  inner_.step_began(participant, scenario, step);
  if (step.kind->leaves != scenario::Leaves::mail && step.kind->leaves != scenario::Leaves::day) return;
  auto& own = snapshots_[participant];
  // A row begins with its zones anew and the caches flushed: no cache has what an earlier row published.
  if (auto& last = scenarios_[participant]; last != scenario.name) {
    if (scenario.row) own.clear();
    last = scenario.name;
  }
  const auto* receiver = ports_.topology.find_host(ports_.topology.find_participant(participant)->receiver);
  listed_[participant] = scenario::listed_deviation(scenario, step, receiver->receiver.stack);
  auto zones = zones_now(participant);
  own.push_back(zones ? *std::move(zones) : scenario::ZoneSnapshot{});
  if (own.size() > kEarlierSnapshots) own.erase(own.begin());
}

void Predicting::step_ended(const std::string& participant, const scenario::StepVerdict& verdict) {
  inner_.step_ended(participant, verdict);
  const auto text = read_file(run_dir_ + "/" + scenario::evidence_file(participant, verdict.scenario, verdict.step));
  const auto json = text ? Json::parse(*text, nullptr, false) : Json();
  const auto evidence = text && !json.is_discarded() ? evidence::from_json(json)
                                                     : Result<evidence::StepEvidence>(lab_error("no evidence"));
  const auto mails = evidence ? mails_of(verdict.step, evidence->seen) : std::vector<SentMail>{};
  const auto own = snapshots_.find(participant);
  if (mails.empty() || own == snapshots_.end() || own->second.empty()) return;
  if (own->second.back().empty()) {
    unpredicted_.push_back(fmt::format("{} {}: the zones could not be read", participant, verdict.step));
    return;
  }
  const auto after = zones_now(participant);
  std::vector<scenario::ZoneSnapshot> earlier(own->second.rbegin() + 1, own->second.rend());
  for (const auto& [what, mail] : mails) {
    auto check = scenario::check_prediction(own->second.back(), after ? *after : own->second.back(), earlier, *mail,
                                            listed_[participant]);
    if (check)
      sent_.push_back({participant, verdict.step, what, *std::move(check)});
    else
      unpredicted_.push_back(fmt::format("{} {}: {}", participant, what, check.error().message));
  }
}

Result<std::string> Predicting::report(Language language) const {
  Json list = Json::array();
  std::vector<std::string> lines;
  std::size_t agree = 0;
  for (const auto& one : sent_) {
    auto json = json_of_check(one.check);
    json["participant"] = one.participant;
    json["step"] = one.step;
    if (one.what != one.step) json["kind"] = one.what.substr(one.step.size() + 1);
    list.push_back(std::move(json));
    if (one.check.differences.empty()) ++agree;
    for (const auto& difference : one.check.differences)
      lines.push_back(fmt::format("{} {}: {} predicted {}, seen {} [{}]: {}", one.participant, one.what,
                                  difference.what, difference.predicted, printable(difference.seen),
                                  name_of(difference.cause), difference.reason.in(language)));
  }
  for (const auto& line : unpredicted_) lines.push_back(printable(line));
  LABCTL_TRY(write_file(run_dir_ + "/predictions.json", text_of(Json{{"messages", std::move(list)}})));
  return fmt::format(fmt::runtime(language == Language::ja ? "予測: {} 通のうち {} 通が予測どおり\n{}"
                                                           : "prediction: of {} messages {} came out as predicted\n{}"),
                     sent_.size() + unpredicted_.size(), agree, counted(lines));
}

}  // namespace labctl::cli
