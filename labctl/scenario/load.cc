#include "labctl/scenario/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/rows.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/values.h"
#include "labctl/topology/intermediary.h"

namespace labctl::scenario {
namespace {

using config::bad_value;
using config::Key;
using config::Type;
using config::Value;

constexpr std::array<Key, 6> kFileKeys{{
    {.name = "title", .types = config::kLocalText, .required = true, .summary = "what the lesson is, in ja and en"},
    {.name = "teaches", .types = static_cast<unsigned>(Type::array), .summary = "sections of RFCs"},
    {.name = "receiver",
     .types = static_cast<unsigned>(Type::table),
     .summary = "the kind of receiver that it is about: { stack, profile }; any when it is missing"},
    {.name = "needs",
     .types = static_cast<unsigned>(Type::array),
     .summary = "what the lab must have that not every lab has, else it is skipped: [\"dnssec\"]"},
    {.name = "step", .types = static_cast<unsigned>(Type::array), .required = true, .summary = "the steps: [[step]]"},
    {.name = "expect", .types = static_cast<unsigned>(Type::array), .summary = "what is expected: [[expect]]"},
}};

/// What a lab may have: each is a placeholder that is "true" where it is so.
constexpr std::array<std::string_view, 1> kLabFeatures{"dnssec"};

constexpr std::array<Key, 2> kReceiverKeys{{
    {.name = "stack", .summary = "rspamd or opendmarc"},
    {.name = "profile", .summary = "policy or mailcow"},
}};

constexpr std::array<Key, 6> kExpectKeys{{
    {.name = "step", .required = true, .summary = "id of the step that is judged"},
    {.name = "of", .summary = "whose evidence is looked at; the step's own when it is missing"},
    {.name = "pass", .types = config::kLocalText, .summary = "for a person when it holds"},
    {.name = "fail", .types = config::kLocalText, .summary = "for a person when it doesn't"},
    {.name = "stack", .summary = "receiver stack: only there, and in place of what is expected everywhere"},
    {.name = "skip", .types = config::kLocalText, .summary = "why the step does not apply on that stack"},
}};

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  if (const auto meant = nearest(word, known)) return fmt::format("did you mean '{}'?", *meant);
  return known.empty() ? std::string() : fmt::format("known: {}", join(known, ", "));
}

bool is_id(std::string_view id) {
  return id.size() <= 60 &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// The text member `key`, its placeholders known.
Result<LocalText> text_member(const Value& table, std::string_view key, const Placeholders& known) {
  const auto* value = table.find(key);
  if (value == nullptr) return LocalText{};
  LABCTL_TRY(filled(*value, known));
  return config::local_text(*value, key);
}

bool says_placeholder(const Value& value, std::string_view begin) {
  const auto in = [&](const auto& nested) { return says_placeholder(nested, begin); };
  return value.text.find(begin) != std::string::npos || std::ranges::any_of(value.items, in) ||
         std::ranges::any_of(value.members, in, &config::Member::value);
}

/// {forwarder}, {forwarder_domain} …
bool names_host(const Value& root, std::string_view host) {
  std::string name(host);
  std::ranges::replace(name, '-', '_');
  return says_placeholder(root, fmt::format("{{{}}}", name)) || says_placeholder(root, fmt::format("{{{}_", name));
}

/// One load: the scenario so far, and what its names mean.
class Loader {
 public:
  explicit Loader(Scenario scenario) : scenario_(std::move(scenario)) {
    const auto& participant = specimen_lab().participants.front();
    values_ = values_of(specimen_lab(), participant);
    handout_values_ = handout_values(specimen_lab(), participant, specimen_credentials());
  }

  Result<Scenario> load(const Value& root) && {
    LABCTL_TRY(config::check_table(root, kFileKeys, "scenario"));
    LABCTL_ASSIGN(scenario_.title, text_member(root, "title", values_));
    if (const auto* teaches = root.find("teaches"))
      for (const auto& item : teaches->items) {
        LABCTL_TRY(config::check_type(item, static_cast<unsigned>(Type::string), "teaches"));
        scenario_.teaches.push_back(item.text);
      }
    if (const auto* receiver = root.find("receiver")) {
      LABCTL_TRY(config::check_table(*receiver, kReceiverKeys, "'receiver'"));
      scenario_.needs = {receiver->text_of("stack"), receiver->text_of("profile")};
      if (const auto kind = topology::receiver_kind(scenario_.needs); !kind)
        return bad_value(receiver->at, kind.error().message, kind.error().hint);
    }
    if (const auto* needs = root.find("needs")) LABCTL_TRY(add_needs(*needs));
    for (const auto& table : root.find("step")->items) LABCTL_TRY(add_step(table));
    if (const auto* expects = root.find("expect"))
      for (const auto& table : expects->items) LABCTL_TRY(add_expect(table));
    LABCTL_TRY(check_use());
    for (const auto& one : topology::intermediaries())
      if (names_host(root, one.name)) scenario_.hosts.emplace_back(one.name);
    return std::move(scenario_);
  }

 private:
  Result<void> add_needs(const Value& needs) {
    const std::vector<std::string> known(kLabFeatures.begin(), kLabFeatures.end());
    for (const auto& item : needs.items) {
      LABCTL_TRY(config::check_type(item, static_cast<unsigned>(Type::string), "needs"));
      if (std::ranges::find(known, item.text) == known.end())
        return bad_value(item.at, fmt::format("no lab has '{}'", printable(item.text)), did_you_mean(item.text, known));
      scenario_.lab_needs.push_back(item.text);
    }
    return {};
  }

  Result<const StepKind*> kind_of(const Value& table) {
    const auto* verb = table.find("do");
    if (verb == nullptr) return bad_value(table.at, "step has no 'do'", "do: the step's verb, e.g. \"mail.send\"");
    LABCTL_TRY(config::check_type(*verb, static_cast<unsigned>(Type::string), "do"));
    if (const auto* kind = find_step_kind(verb->text)) return kind;
    std::vector<std::string> known;
    for (const auto* kind : step_kinds()) known.emplace_back(kind->verb);
    return bad_value(verb->at, fmt::format("unknown step verb '{}'", printable(verb->text)),
                     did_you_mean(verb->text, known));
  }

  Result<void> add_step(const Value& table) {
    LABCTL_TRY(config::check_type(table, static_cast<unsigned>(Type::table), "step"));
    LABCTL_ASSIGN(const auto* kind, kind_of(table));
    std::vector<Key> keys(common_step_keys().begin(), common_step_keys().end());
    keys.insert(keys.end(), kind->keys.begin(), kind->keys.end());
    LABCTL_TRY(config::check_table(table, keys, fmt::format("step '{}'", kind->verb)));

    Step step{.id = table.text_of("id"),
              .kind = kind,
              .as = table.text_of("as"),
              .of = table.text_of("of"),
              .keys = table,
              .at = table.at};
    if (!is_id(step.id))
      return bad_value(table.find("id")->at, fmt::format("'{}' is no step id", printable(step.id)),
                       "use lower-case letters, digits and '-': \"4-2\"");
    if (find_step(step.id) != nullptr)
      return bad_value(table.find("id")->at, fmt::format("there is a step '{}' already", step.id));
    if (scenario_.named(step.as) != nullptr)
      return bad_value(table.find("as")->at,
                       fmt::format("another step's evidence is called '{}' already", printable(step.as)));
    if (!step.of.empty()) {
      LABCTL_ASSIGN(const auto* source, evidence_named(*table.find("of"), scenario_.steps.size()));
      if (source->kind->leaves != Leaves::mail)
        return bad_value(table.find("of")->at,
                         fmt::format("'{}' is no message: step {} does {}", step.of, source->id, source->kind->verb));
    }
    LABCTL_ASSIGN(step.title, text_member(table, "title", handout_values_));
    LABCTL_ASSIGN(step.text, text_member(table, "text", handout_values_));
    // A word of the handout may be secret; what the step does must not be.
    Value keys_only = table;
    std::erase_if(keys_only.members,
                  [](const config::Member& member) { return member.key == "title" || member.key == "text"; });
    LABCTL_ASSIGN(const auto specimen, filled(keys_only, values_));
    if (kind->check != nullptr) LABCTL_TRY(kind->check(specimen, specimen_lab()));
    step.keys = std::move(keys_only);
    scenario_.steps.push_back(std::move(step));
    return {};
  }

  /// The step before index `end` whose evidence has the name that `value` says.
  Result<const Step*> evidence_named(const Value& value, std::size_t end) {
    std::vector<std::string> known;
    for (const auto& step : std::span(scenario_.steps).first(end)) {
      if (step.as.empty()) continue;
      if (step.as == value.text) {
        used_.insert(step.as);
        return &step;
      }
      known.push_back(step.as);
    }
    if (scenario_.named(value.text) != nullptr)
      return bad_value(value.at, fmt::format("'of' names '{}', which is made only later", value.text));
    return bad_value(value.at, fmt::format("'of' names '{}', but no step has that 'as'", printable(value.text)),
                     did_you_mean(value.text, known));
  }

  Step* find_step(std::string_view id) {
    const auto found = std::ranges::find(scenario_.steps, id, &Step::id);
    return found == scenario_.steps.end() ? nullptr : &*found;
  }

  Result<void> add_expect(const Value& table) {
    LABCTL_TRY(config::check_type(table, static_cast<unsigned>(Type::table), "expect"));
    std::vector<Key> keys(kExpectKeys.begin(), kExpectKeys.end());
    for (const auto* kind : expectation_kinds())
      keys.push_back({.name = kind->key, .types = kind->types, .summary = kind->summary});
    LABCTL_TRY(config::check_table(table, keys, "expect"));

    Step* step = find_step(table.text_of("step"));
    if (step == nullptr) {
      std::vector<std::string> known;
      for (const auto& candidate : scenario_.steps) known.push_back(candidate.id);
      const auto* named = table.find("step");
      return bad_value(named->at, fmt::format("'step' names '{}', but there is no such step", printable(named->text)),
                       did_you_mean(named->text, known));
    }
    Expect expect{.of = table.text_of("of"), .stack = table.text_of("stack")};
    if (const auto* stack = table.find("stack"))
      if (const auto kind = topology::receiver_kind({expect.stack, {}}); !kind)
        return bad_value(stack->at, kind.error().message, kind.error().hint);
    const Step* judged = step;
    if (const auto* of = table.find("of")) {
      const auto end = static_cast<std::size_t>(step - scenario_.steps.data()) + 1;
      LABCTL_ASSIGN(judged, evidence_named(*of, end));
    }
    LABCTL_ASSIGN(expect.pass, text_member(table, "pass", values_));
    LABCTL_ASSIGN(expect.fail, text_member(table, "fail", values_));
    if (const auto* skip = table.find("skip")) {
      if (expect.stack.empty()) return bad_value(skip->at, "'skip' without 'stack' would skip the step everywhere");
      LABCTL_ASSIGN(expect.skip, text_member(table, "skip", values_));
    }
    for (const auto& member : table.members) {
      const auto* kind = find_expectation_kind(member.key);
      if (kind == nullptr) continue;
      if (kind->judges != judged->kind->leaves)
        return bad_value(member.at,
                         fmt::format("'{}' judges {}, but step {} ({}) leaves {}", kind->key, name_of(kind->judges),
                                     judged->id, judged->kind->verb, name_of(judged->kind->leaves)));
      LABCTL_ASSIGN(const auto specimen, filled(member.value, values_));
      if (kind->check != nullptr) LABCTL_TRY(kind->check(specimen));
      if (kind->check_against != nullptr) LABCTL_TRY(kind->check_against(specimen, judged->keys));
      expect.clauses.push_back({kind, member.value});
    }
    if (expect.clauses.empty() && !expect.skip)
      return bad_value(table.at, "this [[expect]] expects nothing", "say what must hold, e.g. disposition = \"inbox\"");
    if (!expect.clauses.empty() && expect.skip)
      return bad_value(table.at, "this [[expect]] skips the step and expects something of it");
    step->expects.push_back(std::move(expect));
    return {};
  }

  Result<void> check_use() {
    for (const auto& step : scenario_.steps) {
      if (step.expects.empty())
        return bad_value(step.at, fmt::format("nothing is expected of step {}", step.id),
                         fmt::format("add an [[expect]] with step = \"{}\"", step.id));
      if (!step.as.empty() && !used_.contains(step.as))
        return bad_value(step.keys.find("as")->at, fmt::format("nothing uses the evidence '{}'", printable(step.as)),
                         "name it in an 'of', or take 'as' out");
    }
    return {};
  }

  Scenario scenario_;
  Placeholders values_;
  Placeholders handout_values_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace

namespace {

/// "spf" of "lessons/1-tables/spf"
std::string stem_of(std::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

Result<Scenario> load_row(ExpandedRow row, const std::string& name, std::string_view text) {
  RowNeeds needs{.neighbour = row.neighbour,
                 .above = row.above,
                 .breaks = std::move(row.breaks),
                 .breaks_at = std::move(row.breaks_at),
                 .deviations = std::move(row.deviations)};
  return Loader({.name = fmt::format("{}/{}", name, row.id), .source = std::string(text), .row = std::move(needs)})
      .load(row.root);
}

Result<std::vector<Scenario>> parse_all(std::string_view text, const std::string& file, const std::string& name) {
  LABCTL_ASSIGN(const auto root, config::parse_document(text, file));
  std::vector<Scenario> scenarios;
  if (!is_table_of_rows(root)) {
    LABCTL_ASSIGN(auto one, Loader({.name = name, .source = std::string(text)}).load(root));
    scenarios.push_back(std::move(one));
    return scenarios;
  }
  LABCTL_ASSIGN(auto rows, expand_rows(root, stem_of(name)));
  for (auto& row : rows) {
    LABCTL_ASSIGN(auto one, load_row(std::move(row), name, text));
    scenarios.push_back(std::move(one));
  }
  return scenarios;
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::string& file, std::string name) {
  LABCTL_ASSIGN(const auto root, config::parse_document(text, file));
  if (!is_table_of_rows(root)) return Loader({.name = std::move(name), .source = std::string(text)}).load(root);
  const auto slash = name.rfind('/');
  const std::string table = name.substr(0, slash);
  LABCTL_ASSIGN(auto rows, expand_rows(root, stem_of(table)));
  const std::string id = slash == std::string::npos ? std::string() : name.substr(slash + 1);
  const auto found = std::ranges::find(rows, id, &ExpandedRow::id);
  if (found == rows.end()) return usage_error(fmt::format("the table has no row '{}'", printable(id)), file);
  return load_row(std::move(*found), table, text);
}

Result<std::vector<Scenario>> load_scenarios_of(const std::string& path, const std::string& name) {
  const auto text = read_file(path, 0, config::kLongestFile);
  if (!text) return usage_error(text.error().message, path, text.error().hint);
  return parse_all(*text, path, name);
}

Result<Scenario> load_scenario(const std::string& path, std::string name) {
  const auto text = read_file(path, 0, config::kLongestFile);
  if (!text) return usage_error(text.error().message, path, text.error().hint);
  return parse_scenario(*text, path, std::move(name));
}

}  // namespace labctl::scenario
