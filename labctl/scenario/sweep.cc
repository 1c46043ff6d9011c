#include "labctl/scenario/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "labctl/base/text.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/topology/intermediary.h"

namespace labctl::scenario {
namespace {

using config::Type;
using config::Value;

bool is_lesson(const Step& step) { return step.kind->leaves == Leaves::mail || step.kind->leaves == Leaves::day; }

/// The row's own message (or day's mail), whose expectations are the lesson.
Step* message_of(Scenario& scenario) {
  const auto found = std::ranges::find_if(scenario.steps, is_lesson);
  return found == scenario.steps.end() ? nullptr : &*found;
}

std::vector<Value*> records_of(Scenario& scenario) {
  std::vector<Value*> records;
  for (auto& step : scenario.steps) {
    if (step.kind->verb != "zone.begin") continue;
    for (auto& member : step.keys.members)
      if (member.key == "records")
        for (auto& item : member.value.items) records.push_back(&item);
  }
  return records;
}

/// What the step expects of a method, lower case; empty when it doesn't say.
std::string expected_auth(const Step& step, std::string_view method) {
  for (const auto& expect : step.expects)
    for (const auto& clause : expect.clauses)
      if (clause.kind->key == "auth" && expect.stack.empty()) return clause.expected.text_of(method);
  return {};
}

std::string expected_text(const Step& step, std::string_view key) {
  for (const auto& expect : step.expects)
    for (const auto& clause : expect.clauses)
      if (clause.kind->key == key && expect.stack.empty()) return clause.expected.text;
  return {};
}

bool replace_in(std::string& text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  if (at == std::string::npos) return false;
  text.replace(at, what.size(), by);
  return true;
}

/// Changes each record of a kind; false when there is none.
bool change(Scenario& scenario, std::string_view has, const std::function<bool(std::string&)>& how) {
  bool changed = false;
  for (auto* record : records_of(scenario))
    if (record->text.find(has) != std::string::npos) changed = how(record->text) || changed;
  return changed;
}

/// The policy that a participant forgot to raise.
bool break_policy(Scenario& scenario) {
  return change(scenario, "v=DMARC1", [](std::string& text) {
    bool changed = false;
    for (const auto* tag : {"p=", "sp=", "np="})
      for (const auto* word : {"quarantine", "reject"})
        while (replace_in(text, fmt::format("{}{}", tag, word), fmt::format("{}none", tag))) changed = true;
    return changed;
  });
}

/// No record of DMARC at all.
bool break_dmarc(Scenario& scenario) {
  return change(scenario, "v=DMARC1", [](std::string& text) { return replace_in(text, "v=DMARC1", "v=DMARC0"); });
}

/// The host that sends is no longer in it.
bool break_spf(Scenario& scenario) {
  return change(scenario, "v=spf1", [](std::string& text) {
    text = text.substr(0, text.find("v=spf1")) + "v=spf1 -all\"";
    return true;
  });
}

/// The record that was to refuse is gone.
bool break_spf_record(Scenario& scenario) {
  return change(scenario, "v=spf1", [](std::string& text) { return replace_in(text, "v=spf1", "v=spf0"); });
}

/// Everybody may send.
bool break_spf_open(Scenario& scenario) {
  return change(scenario, "v=spf1", [](std::string& text) { return replace_in(text, "v=spf1", "v=spf1 +all"); });
}

/// Records of both kinds are published where the lesson has none.
bool break_none(Scenario& scenario) {
  for (auto& step : scenario.steps) {
    if (step.kind->verb != "zone.begin" || step.keys.find("zone") != nullptr) continue;
    const Value spf{.type = Type::string, .at = step.at, .text = "@ 20 TXT \"v=spf1 -all\""};
    const auto records = std::ranges::find(step.keys.members, "records", &config::Member::key);
    if (records == step.keys.members.end()) {
      step.keys.members.push_back({"records", step.at, {.type = Type::array, .at = step.at, .items = {spf}}});
    } else {
      records->value.items.push_back(spf);
    }
    return true;
  }
  return false;
}

/// The domain of From has the record that it should have had.
bool break_dmarc_good(Scenario& scenario) {
  const auto* message = message_of(scenario);
  if (message == nullptr) return false;
  const std::string from = message->keys.text_of("from", message->keys.text_of("mail_from"));
  const auto at = from.rfind('@');
  if (at == std::string::npos || !from.ends_with("{zone}")) return false;
  for (auto& step : scenario.steps) {
    if (step.kind->verb != "zone.begin" || step.keys.find("zone") != nullptr) continue;
    Value good{.type = Type::string, .at = step.at};
    good.text = fmt::format("_dmarc.{}. 20 TXT \"v=DMARC1; p=reject\"", from.substr(at + 1));
    auto& members = step.keys.members;
    if (step.keys.find("records") == nullptr) members.push_back({"records", step.at, {.type = Type::array}});
    auto& items = std::ranges::find(members, "records", &config::Member::key)->value.items;
    std::erase_if(items, [](const Value& item) { return to_lower(item.text).find("dmarc1") != std::string::npos; });
    items.push_back(std::move(good));
    return true;
  }
  return false;
}

/// The name that the host says in HELO has a record that refuses.
bool break_helo_record(Scenario& scenario) {
  for (auto& step : scenario.steps) {
    if (step.kind->verb != "zone.begin" || step.keys.find("zone") != nullptr) continue;
    const auto records = std::ranges::find(step.keys.members, "records", &config::Member::key);
    if (records == step.keys.members.end()) return false;
    records->value.items.push_back({.type = Type::string, .at = step.at, .text = "sender 20 TXT \"v=spf1 -all\""});
    return true;
  }
  return false;
}

/// The published key is another one.
bool break_key(Scenario& scenario) {
  return change(scenario, "_domainkey", [](std::string& text) {
    return replace_in(text, "{key.rsa}", "{key.rsa_new}") || replace_in(text, "{key.ed25519}", "{key.rsa_new}") ||
           replace_in(text, "{key.rsa_new}", "{key.rsa_1024}");
  });
}

/// The message goes out unsigned, or as it was signed.
bool drop_member(Scenario& scenario, std::string_view key) {
  auto* step = message_of(scenario);
  return step != nullptr &&
         std::erase_if(step->keys.members, [&](const config::Member& member) { return member.key == key; }) > 0;
}
bool break_signature(Scenario& scenario) { return drop_member(scenario, "sign"); }
bool break_alteration(Scenario& scenario) { return drop_member(scenario, "alter"); }

/// The participant's OpenDKIM was never told its key.
bool break_opendkim(Scenario& scenario) {
  return std::erase_if(scenario.steps, [](const Step& step) { return step.kind->verb == "dkim.key"; }) > 0 &&
         std::erase_if(scenario.steps, [](const Step& step) { return step.kind->verb == "dkim.publish"; }) > 0;
}

/// Nothing breaks on the host.
bool break_host_fault(Scenario& scenario) {
  return std::erase_if(scenario.steps, [](const Step& step) { return step.id.find("-broken") != std::string::npos; }) >
         0;
}

/// Another host sends it: the legitimate one for a spoofer, and the other way.
bool break_host(Scenario& scenario) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "from_host") {
      member.value.text = member.value.text == "{rogue}" ? "{sender}" : "{rogue}";
      return true;
    }
  return false;
}

/// The envelope is of a name that nobody knows.
bool break_envelope(Scenario& scenario) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "mail_from") {
      member.value.text = "user-a@unknown.{domain}";
      return true;
    }
  return false;
}

/// The envelope is of the zone itself.
bool break_envelope_apex(Scenario& scenario) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "mail_from") {
      member.value.text = "user-a@{zone}";
      return true;
    }
  return false;
}

/// The message has one From, the attacker's own.
bool break_one_from(Scenario& scenario) {
  if (!drop_member(scenario, "fields")) return false;
  for (auto& member : message_of(scenario)->keys.members)
    if (member.key == "from") member.value.text = "user-a@{neighbour_zone}";
  return true;
}

/// The victim is named where every program shows it, and DMARC does not look.
bool break_display_name(Scenario& scenario) {
  if (!drop_member(scenario, "fields")) return false;
  for (auto& member : message_of(scenario)->keys.members)
    if (member.key == "from") member.value.text = "\"user-a@{zone}\" <user-a@{neighbour_zone}>";
  return true;
}

/// The name in From is a name.
bool break_plain_name(Scenario& scenario) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "from") {
      member.value.text = "A person <user-a@{neighbour_zone}>";
      return true;
    }
  return false;
}

/// The data's end hides nothing.
bool break_smuggle(Scenario& scenario) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "smuggle") {
      member.value.text = expected_text(*step, "spoof") == "fooled" ? "\r\n..\r\n" : "\r\n.\r\n";
      return true;
    }
  return false;
}

/// Another forwarder, or another list, than the lesson's.
bool break_recipient(Scenario& scenario, std::string_view recipient) {
  auto* step = message_of(scenario);
  if (step == nullptr) return false;
  for (auto& member : step->keys.members)
    if (member.key == "rcpt_to" && member.value.text != recipient) {
      member.value.text = recipient;
      return true;
    }
  return false;
}

/// The forwarder changes nothing: no envelope is rewritten, nothing is sealed.
bool break_forwarder(Scenario& scenario) {
  scenario.hosts = topology::together(scenario.hosts, {"forwarder"});
  return break_recipient(scenario, "{participant}@{forwarder_domain}");
}

/// The list changes nothing.
bool break_list(Scenario& scenario) { return break_recipient(scenario, "{participant}-plain@{list_domain}"); }

struct Way {
  std::string_view name;
  std::string_view what;
  bool (*apply)(Scenario& scenario);
};
constexpr std::array<Way, 22> kWays{{
    {"policy", "p=none where a policy was to act", break_policy},
    {"dmarc", "no DMARC record", break_dmarc},
    {"dmarc-good", "a good DMARC record", break_dmarc_good},
    {"spf", "the host is out of SPF", break_spf},
    {"spf-record", "no SPF record", break_spf_record},
    {"spf-open", "SPF lets everybody send", break_spf_open},
    {"none", "an SPF record where there is none", break_none},
    {"helo-record", "the HELO name has a record that refuses", break_helo_record},
    {"key", "the published key is another one", break_key},
    {"signature", "the message is not signed", break_signature},
    {"alteration", "the message is not altered", break_alteration},
    {"opendkim", "OpenDKIM has no key", break_opendkim},
    {"host-fault", "nothing is wrong with the host", break_host_fault},
    {"host", "another host sends", break_host},
    {"one-from", "one From, the attacker's own", break_one_from},
    {"display-name", "the victim is a display name", break_display_name},
    {"plain-name", "the name in From is a name", break_plain_name},
    {"forwarder", "the forwarder changes nothing", break_forwarder},
    {"list", "the list changes nothing", break_list},
    {"smuggle", "another end of the data", break_smuggle},
    {"envelope", "the envelope sender is another", break_envelope},
    {"envelope-apex", "the envelope sender is of the zone itself", break_envelope_apex},
}};

/// Ways worth trying, the likeliest first, by what the lesson expects.
std::vector<std::string_view> ways_for(const Step& message) {
  std::vector<std::string_view> ways;
  if (message.keys.find("smuggle") != nullptr) ways.emplace_back("smuggle");
  if (expected_text(message, "spoof") == "blocked") ways.emplace_back("policy");
  const auto disposition = expected_text(message, "disposition");
  if (disposition == "junk" || disposition == "rejected") ways.emplace_back("policy");
  const auto spf = expected_auth(message, "spf");
  const auto dkim = expected_auth(message, "dkim");
  if (dkim == "pass") ways.insert(ways.end(), {"key", "opendkim"});
  if (spf == "pass") ways.insert(ways.end(), {"spf", "host"});
  if (dkim == "fail" || dkim == "permerror") ways.insert(ways.end(), {"signature"});
  if (spf == "fail" || spf == "softfail" || spf == "neutral" || spf == "permerror") ways.emplace_back("spf-record");
  if (spf == "none") ways.emplace_back("none");
  if (!expected_auth(message, "dmarc").empty()) ways.emplace_back("dmarc");
  ways.insert(ways.end(), {"signature", "envelope"});
  return ways;
}

/// What is expected at that stack is all that is expected.
void narrow(Scenario& scenario, std::string_view stack) {
  for (auto& step : scenario.steps) {
    const bool has_own = !stack.empty() &&
                         std::ranges::any_of(step.expects, [&](const Expect& expect) { return expect.stack == stack; });
    std::erase_if(step.expects, [&](const Expect& expect) { return expect.stack != (has_own ? stack : ""); });
    for (auto& expect : step.expects) expect.stack.clear();
  }
}

}  // namespace

std::vector<std::string> break_names() {
  std::vector<std::string> names;
  for (const auto& way : kWays) names.emplace_back(way.name);
  return names;
}

Result<Broken> broken(const Scenario& scenario, std::string_view stack) {
  if (!scenario.row)
    return usage_error(fmt::format("'{}' is no row of a table of lessons", scenario.name), {},
                       "the sweep breaks rows: labctl scenario sweep lessons");
  Broken made{.scenario = scenario};
  narrow(made.scenario, stack);
  const auto* message = message_of(made.scenario);
  if (message != nullptr && !message->expects.empty() && message->expects.front().skip) {
    made.skipped = message->expects.front().skip;
    return made;
  }
  std::vector<std::string_view> ways;
  if (const auto there = scenario.row->breaks_at.find(stack); there != scenario.row->breaks_at.end()) {
    ways.emplace_back(there->second);
  } else if (!scenario.row->breaks.empty()) {
    ways.emplace_back(scenario.row->breaks);
  } else if (message != nullptr) {
    ways = ways_for(*message);
  }
  for (const auto name : ways) {
    const auto* way = std::ranges::find(kWays, name, &Way::name);
    Scenario copy = made.scenario;
    if (!way->apply(copy)) continue;
    // What was broken on purpose is not what has to be noticed.
    for (auto& step : copy.steps)
      if (!is_lesson(step)) step.expects.clear();
    made.scenario = std::move(copy);
    made.how = fmt::format("{}: {}", way->name, way->what);
    return made;
  }
  return usage_error(fmt::format("the sweep finds no way to break '{}'", scenario.name), {},
                     fmt::format("name one in the row: break = \"…\" ({})", join(break_names(), ", ")));
}

}  // namespace labctl::scenario
