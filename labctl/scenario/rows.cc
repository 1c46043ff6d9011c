#include "labctl/scenario/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "labctl/base/text.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/written_message.h"
#include "labctl/scenario/sweep.h"

namespace labctl::scenario {
namespace {

using config::bad_value;
using config::Key;
using config::Member;
using config::Place;
using config::Type;
using config::Value;

constexpr unsigned kArray = static_cast<unsigned>(Type::array);
constexpr unsigned kTable = static_cast<unsigned>(Type::table);

constexpr std::array<Key, 5> kTableKeys{{
    {.name = "title", .types = config::kLocalText, .required = true, .summary = "what the table is, in ja and en"},
    {.name = "teaches", .types = kArray, .summary = "sections of RFCs, for every row"},
    {.name = "needs", .types = kArray, .summary = "what the lab must have, else the rows are skipped: [\"dnssec\"]"},
    {.name = "each", .types = kTable, .summary = "what every row does"},
    {.name = "row", .types = kArray, .required = true, .summary = "the lessons: [[row]]"},
}};

constexpr std::array<Key, 23> kOwnKeys{{
    {.name = "id", .summary = "of the row, unique in its table: \"softfail\""},
    {.name = "title", .types = config::kLocalText, .summary = "one line, in ja and en"},
    {.name = "text", .types = config::kLocalText, .summary = "what happens, and where two RFCs differ, in ja and en"},
    {.name = "teaches", .types = kArray, .summary = "sections of RFCs, beside those of the table"},
    {.name = "records", .types = kArray, .summary = "what the participant's zone has beside a new lab's records"},
    {.name = "without", .types = kArray, .summary = "what it has not: [\"@ MX\"]"},
    {.name = "neighbour_records", .types = kArray, .summary = "the same in the zone of {neighbour}"},
    {.name = "parent_records", .types = kArray, .summary = "in the lab's domain; the row then runs alone"},
    {.name = "top_records", .types = kArray, .summary = "in the top-level domain; the row then runs alone"},
    {.name = "opendkim", .summary = "selector: the sender's OpenDKIM signs with a new key, which is published"},
    {.name = "expect", .types = kTable, .summary = "what must hold of the message, as in [[expect]]"},
    {.name = "break_host", .types = kArray, .summary = "what breaks a host first: [[\"{sender}\", \"rm\", \"/x\"]]"},
    {.name = "mend_host", .types = kArray, .summary = "what mends it, the same way; then the message is sent again"},
    {.name = "after_host", .types = kArray, .summary = "what puts a host back when all is judged, the same way"},
    {.name = "mend", .types = kArray, .summary = "records in place of `records`; then the message is sent again"},
    {.name = "mended", .types = kTable, .summary = "what must hold of the message that is sent again"},
    {.name = "pass", .types = config::kLocalText, .summary = "for a person when it holds"},
    {.name = "fail", .types = config::kLocalText, .summary = "for a person when it doesn't"},
    {.name = "at",
     .types = kTable,
     .summary = "other receiver stacks: at.opendmarc = { expect = {…}, differs = \"why\" } or { skip = \"why\" }"},
    {.name = "raw",
     .types = static_cast<unsigned>(Type::boolean),
     .summary = "the message is sent by mail.raw, for attacks"},
    {.name = "flows",
     .types = kArray,
     .summary = "in place of one message a day's mail, as in mail.day: [[each.flows]] tables"},
    {.name = "deviates",
     .summary = "the section that the receiver does not follow, so that `run --predict` says otherwise: "
                "\"RFC 7208 section 4.5\"; or \"unpredictable\": the zones do not tell it. `text` says why"},
    {.name = "break", .summary = "how `labctl scenario sweep` breaks it, when what it expects does not tell"},
}};

constexpr std::array<Key, 5> kAtKeys{{
    {.name = "expect", .types = kTable, .summary = "what holds there instead"},
    {.name = "differs", .types = config::kLocalText, .summary = "why"},
    {.name = "skip", .types = config::kLocalText, .summary = "why it does not apply"},
    {.name = "break", .summary = "how the sweep breaks it there"},
    {.name = "deviates", .summary = "as the row's own key; `differs` or `skip` says why"},
}};

constexpr std::array<std::string_view, 4> kAdded{"records", "neighbour_records", "parent_records", "top_records"};

bool is_mail_key(std::string_view key) {
  const auto has = [&](const auto& keys) { return std::ranges::find(keys, key, &Key::name) != keys.end(); };
  return has(kMailKeys) || has(kMessageKeys) || has(kRawKeys);
}

Value text_value(std::string text, const Place& at) {
  return {.type = Type::string, .at = at, .text = std::move(text)};
}

void put(Value& table, std::string_view key, Value value) {
  const Place at = value.at;
  const auto found = std::ranges::find(table.members, key, &Member::key);
  if (found != table.members.end()) {
    found->value = std::move(value);
  } else {
    table.members.push_back({std::string(key), at, std::move(value)});
  }
}

/// Both, member by member; `over` has the last word.
Value merged(const Value& under, const Value& over) {
  Value all = under;
  all.at = over.at;
  for (const auto& member : over.members) {
    const auto* old = all.find(member.key);
    const bool both = old != nullptr && old->type == Type::table && member.value.type == Type::table;
    put(all, member.key, both ? merged(*old, member.value) : member.value);
  }
  return all;
}

bool row_mentions(const Value& value, std::string_view text) {
  return value.text.find(text) != std::string::npos ||
         std::ranges::any_of(value.items, [&](const Value& item) { return row_mentions(item, text); }) ||
         std::ranges::any_of(value.members, [&](const Member& member) {
           return member.key.find(text) != std::string::npos || row_mentions(member.value, text);
         });
}

/// One row, [each] put under it.
class Expansion {
 public:
  Expansion(const Value& table, const Value& row, std::string id)
      : table_(table), row_(row), at_(row.at), id_(std::move(id)) {
    made_.root = {.type = Type::table, .at = at_};
    steps_ = {.type = Type::array, .at = at_};
    expects_ = {.type = Type::array, .at = at_};
  }

  Result<ExpandedRow> expand() && {
    made_.id = row_.text_of("id");
    made_.neighbour = row_mentions(row_, "{neighbour") || row_.find("neighbour_records") != nullptr;
    made_.above = row_.find("parent_records") != nullptr || row_.find("top_records") != nullptr;
    LABCTL_ASSIGN(made_.breaks, break_of(row_));
    LABCTL_TRY(deviation(row_, "", "text"));
    begin_zone("", "records", "zone");
    if (row_.find("neighbour_records") != nullptr) begin_zone("{neighbour_zone}", "neighbour_records", "neighbour");
    if (row_.find("parent_records") != nullptr) begin_zone("{domain}", "parent_records", "parent");
    if (row_.find("top_records") != nullptr) begin_zone("{tld}", "top_records", "top");
    const bool submits = row_.text_of("via") == "submission";
    if (submits || row_.find("opendkim") != nullptr) clear_signer("unsigned");
    if (const auto* selector = row_.find("opendkim")) {
      add_step("key", "dkim.key", {"DKIM鍵の作成", "Make a DKIM key"}, {{"selector", selector->at, *selector}});
      expect_of("key", {{"exit", at_, {.type = Type::integer, .at = at_}}});
      add_step("publish", "dkim.publish", {"公開鍵の公開", "Publish it"}, {{"selector", selector->at, *selector}});
      const std::string name = selector->text + "._domainkey";
      Value tags{.type = Type::array, .at = at_, .items = {text_value("v=DKIM1", at_), text_value("p=", at_)}};
      Value txt{.type = Type::table, .at = at_, .members = {{name, at_, std::move(tags)}}};
      expect_of("publish", {{"txt", at_, std::move(txt)}});
    }
    LABCTL_TRY(on_hosts("break_host", "broken", {"故障の発生", "Something breaks"}));
    LABCTL_TRY(message());
    LABCTL_TRY(mended());
    LABCTL_TRY(on_hosts("after_host", "after", {"後片付け", "The host is put back"}));
    if (row_.find("opendkim") != nullptr) clear_signer("after");
    put(made_.root, "title", *row_.find("title"));
    Value teaches{.type = Type::array, .at = at_};
    for (const auto* from : {&table_, &row_})
      if (const auto* sections = from->find("teaches"))
        teaches.items.insert(teaches.items.end(), sections->items.begin(), sections->items.end());
    if (teaches.items.empty())
      return bad_value(at_, "nothing says what this row teaches", "teaches = [\"RFC 7208 section 8.4\"]");
    put(made_.root, "teaches", std::move(teaches));
    if (const auto* needs = table_.find("needs")) put(made_.root, "needs", *needs);
    put(made_.root, "step", std::move(steps_));
    put(made_.root, "expect", std::move(expects_));
    return std::move(made_);
  }

 private:
  [[nodiscard]] std::string step_id(std::string_view part) const {
    return part.empty() ? id_ : fmt::format("{}-{}", id_, part);
  }

  void add_step(std::string_view part, std::string_view verb, const LocalText& title, std::vector<Member> keys) {
    Value step{.type = Type::table, .at = at_, .members = std::move(keys)};
    put(step, "id", text_value(step_id(part), row_.find("id")->at));
    put(step, "do", text_value(std::string(verb), at_));
    if (step.find("title") == nullptr) {
      Value both{.type = Type::table, .at = at_};
      put(both, "ja", text_value(title.ja, at_));
      put(both, "en", text_value(title.en, at_));
      put(step, "title", std::move(both));
    }
    steps_.items.push_back(std::move(step));
  }

  void expect_of(std::string_view part, std::vector<Member> clauses) {
    Value expect{.type = Type::table, .at = at_, .members = std::move(clauses)};
    put(expect, "step", text_value(step_id(part), at_));
    expects_.items.push_back(std::move(expect));
  }

  void begin_zone(std::string_view zone, std::string_view key, std::string_view part) {
    std::vector<Member> keys;
    Value wanted{.type = Type::array, .at = at_};
    if (const auto* records = row_.find(key)) {
      wanted = *records;
      keys.push_back({"records", records->at, *records});
    }
    if (!zone.empty()) keys.push_back({"zone", at_, text_value(std::string(zone), at_)});
    if (const auto* without = row_.find("without"); without != nullptr && key == "records")
      keys.push_back({"without", without->at, *without});
    add_step(part, "zone.begin", {"ゾーンの準備", "The zone"}, std::move(keys));
    // Every zone has its NS: a row without records is judged too.
    if (wanted.items.empty() || wanted.type != Type::array)
      wanted.items.push_back(text_value("@ 20 NS ns.{zone}.", at_));
    expect_of(part, {{"records", wanted.at, wanted}});
  }

  /// Commands on hosts, each a step: [["{sender}", "systemctl", "stop", "opendkim"]]
  Result<void> on_hosts(std::string_view key, std::string_view part, const LocalText& title) {
    const auto* commands = row_.find(key);
    if (commands == nullptr) return {};
    for (std::size_t i = 0; i < commands->items.size(); ++i) {
      const auto& command = commands->items[i];
      LABCTL_TRY(config::check_type(command, kArray, key));
      for (const auto& word : command.items)
        LABCTL_TRY(config::check_type(word, static_cast<unsigned>(Type::string), key));
      if (command.items.size() < 2)
        return bad_value(command.at, fmt::format("'{}' names no program", key),
                         "a host, a program and its arguments: [\"{sender}\", \"true\"]");
      Value argv{.type = Type::array, .at = command.at, .items = {command.items.begin() + 1, command.items.end()}};
      const std::string name = fmt::format("{}{}", part, i + 1);
      add_step(name, "host.run", title, {{"host", command.at, command.items.front()}, {"argv", command.at, argv}});
      expect_of(name, {{"exit", at_, {.type = Type::integer, .at = at_}}});
    }
    return {};
  }

  /// The cure, and the same message once more.
  Result<void> mended() {
    const auto* wanted = row_.find("mended");
    const bool cures = row_.find("mend") != nullptr || row_.find("mend_host") != nullptr;
    if ((wanted != nullptr) != cures)
      return bad_value(wanted != nullptr ? wanted->at : at_,
                       wanted != nullptr ? "'mended' expects something of a cure that the row does not have"
                                         : "nothing is expected of the cure",
                       "mend = [records] or mend_host = [commands], and mended = { disposition = \"inbox\" }");
    if (wanted == nullptr) return {};
    if (row_.find("mend") != nullptr) begin_zone("", "mend", "mend");
    LABCTL_TRY(on_hosts("mend_host", "mended", {"修復", "The cure"}));
    std::vector<Member> keys;
    for (const auto& member : row_.members)
      if (is_mail_key(member.key)) keys.push_back(member);
    add_step("again", "mail.try", {"修復後のメール", "The message after the cure"}, std::move(keys));
    expect_of("again", wanted->members);
    return {};
  }

  void clear_signer(std::string_view part) {
    add_step(part, "dkim.remove", {"署名しない送信ホスト", "The sender signs nothing"}, {});
    expect_of(part, {{"exit", at_, {.type = Type::integer, .at = at_}}});
  }

  Result<void> message() {
    std::vector<Member> keys{{"title", row_.find("title")->at, *row_.find("title")}};
    if (const auto* text = row_.find("text")) keys.push_back({"text", text->at, *text});
    for (const auto& member : row_.members)
      if (is_mail_key(member.key)) keys.push_back(member);
    const auto* raw = row_.find("raw");
    const auto* flows = row_.find("flows");
    if (flows != nullptr) {
      for (const auto& key : keys)
        if (is_mail_key(key.key) && key.key != "rcpt_to")
          return bad_value(key.at, fmt::format("'{}' belongs to one of the 'flows', not beside them", key.key));
      keys.push_back({"flows", flows->at, *flows});
    }
    add_step("",
             flows != nullptr                 ? "mail.day"
             : raw != nullptr && raw->boolean ? "mail.raw"
                                              : "mail.try",
             {}, std::move(keys));
    const auto* expected = row_.find("expect");
    if (expected == nullptr)
      return bad_value(at_, "nothing is expected of this row", "expect = { disposition = \"inbox\" }");
    LABCTL_TRY(config::check_type(*expected, kTable, "expect"));
    expect_message(*expected, {}, nullptr);
    if (const auto* at = row_.find("at")) {
      for (const auto& stack : at->members) {
        LABCTL_TRY(config::check_type(stack.value, kTable, "at." + stack.key));
        LABCTL_TRY(config::check_table(stack.value, kAtKeys, "at." + stack.key));
        const auto* skip = stack.value.find("skip");
        const auto* there = stack.value.find("expect");
        if ((skip == nullptr) == (there == nullptr))
          return bad_value(stack.at, fmt::format("at.{} has to say either 'expect' or 'skip'", stack.key));
        if (there != nullptr && stack.value.find("differs") == nullptr)
          return bad_value(stack.at, fmt::format("at.{} expects something else and doesn't say why", stack.key),
                           "differs = \"why\"");
        LABCTL_TRY(deviation(stack.value, stack.key, skip != nullptr ? "skip" : "differs"));
        LABCTL_ASSIGN(auto breaks, break_of(stack.value));
        if (!breaks.empty()) made_.breaks_at.emplace(stack.key, std::move(breaks));
        expect_message(there != nullptr ? *there : Value{.type = Type::table, .at = stack.at}, stack.key, skip);
      }
    }
    return {};
  }

  void expect_message(const Value& clauses, std::string_view stack, const Value* skip) {
    std::vector<Member> members = clauses.members;
    for (const auto* key : {"pass", "fail"})
      if (const auto* text = row_.find(key); text != nullptr && stack.empty())
        members.push_back({key, text->at, *text});
    if (!stack.empty()) members.push_back({"stack", clauses.at, text_value(std::string(stack), clauses.at)});
    if (skip != nullptr) members.push_back({"skip", skip->at, *skip});
    expect_of("", std::move(members));
    expects_.items.back().at = clauses.at;
  }

  /// @param why key of the text that is the reason
  Result<void> deviation(const Value& from, const std::string& stack, std::string_view why) {
    const auto* section = from.find("deviates");
    const auto* reason = from.find(why);
    if (section == nullptr) {
      if (!stack.empty()) made_.deviations.push_back({.stack = stack, .section = {}, .reason = {}});
      return {};
    }
    if (section->text != Deviation::kUnpredictable &&
        (!section->text.starts_with("RFC ") || section->text.find(" section ") == std::string::npos))
      return bad_value(section->at, fmt::format("'{}' is no section of an RFC", printable(section->text)),
                       "deviates = \"RFC 7208 section 4.5\", or \"unpredictable\"");
    if (reason == nullptr)
      return bad_value(section->at, "nothing says why the receiver deviates", fmt::format("{}.ja and {}.en", why, why));
    LABCTL_ASSIGN(auto text, config::local_text(*reason, why));
    made_.deviations.push_back({.stack = stack, .section = section->text, .reason = std::move(text)});
    return {};
  }

  Result<std::string> break_of(const Value& row) {
    const auto* named = row.find("break");
    if (named == nullptr) return std::string();
    const auto known = break_names();
    if (std::ranges::find(known, named->text) != known.end()) return named->text;
    const auto meant = nearest(named->text, known);
    return bad_value(named->at, fmt::format("unknown way to break a lesson: '{}'", printable(named->text)),
                     meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
  }

  const Value& table_;
  const Value& row_;
  Place at_;
  std::string id_;
  ExpandedRow made_;
  Value steps_;
  Value expects_;
};

}  // namespace

bool is_table_of_rows(const Value& root) { return root.find("row") != nullptr || root.find("each") != nullptr; }

std::vector<Key> row_keys() {
  std::vector<Key> keys(kOwnKeys.begin(), kOwnKeys.end());
  const auto add = [&](std::span<const Key> more) {
    for (const auto& key : more) {
      keys.push_back(key);
      keys.back().required = false;
    }
  };
  add(kMailKeys);
  add(kMessageKeys);
  add(kRawKeys);
  return keys;
}

Result<std::vector<ExpandedRow>> expand_rows(const Value& root, std::string_view stem) {
  LABCTL_TRY(config::check_table(root, kTableKeys, "table of lessons"));
  const auto keys = row_keys();
  Value each{.type = Type::table, .at = root.at};
  if (const auto* given = root.find("each")) {
    LABCTL_TRY(config::check_table(*given, keys, "each"));
    if (const auto* id = given->find("id")) return bad_value(id->at, "'id' belongs to each [[row]], not to [each]");
    each = *given;
  }
  std::set<std::string, std::less<>> ids;
  std::vector<ExpandedRow> expanded;
  for (const auto& row : root.find("row")->items) {
    LABCTL_TRY(config::check_type(row, kTable, "row"));
    LABCTL_TRY(config::check_table(row, keys, "row"));
    for (const auto* required : {"id", "title"})
      if (row.find(required) == nullptr)
        return bad_value(row.at, fmt::format("row lacks '{}'", required), fmt::format("{} = \"…\"", required));
    const auto* id = row.find("id");
    if (!ids.insert(id->text).second)
      return bad_value(id->at, fmt::format("there is a row '{}' already", printable(id->text)));
    Value whole = merged(each, row);
    for (const auto key : kAdded) {
      const auto* common = each.find(key);
      const auto* own = row.find(key);
      if (common == nullptr || own == nullptr) continue;
      Value both = *common;
      both.items.insert(both.items.end(), own->items.begin(), own->items.end());
      put(whole, key, std::move(both));
    }
    LABCTL_ASSIGN(auto made, Expansion(root, whole, fmt::format("{}-{}", stem, id->text)).expand());
    expanded.push_back(std::move(made));
  }
  return expanded;
}

}  // namespace labctl::scenario
