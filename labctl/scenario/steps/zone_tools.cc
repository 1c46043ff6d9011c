#include "labctl/scenario/steps/zone_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {

Result<Question> parse_question(std::string_view text, std::string_view zone) {
  const auto trimmed = trim(text);
  const auto space = trimmed.find_first_of(" \t");
  const auto type = space == std::string_view::npos ? std::string_view() : trim(trimmed.substr(space));
  const bool is_type = !type.empty() && type.size() <= 16 && std::ranges::all_of(type, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  if (!is_type)
    return usage_error(fmt::format("'{}' is not a name and a type", printable(text)), {}, "write e.g. \"_dmarc TXT\"");
  LABCTL_ASSIGN(auto name, dns::absolute_name(trimmed.substr(0, space), zone));
  std::string upper(type);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return Question{std::move(name), std::move(upper)};
}

Result<std::vector<Question>> questions_of(const config::Value& keys, std::string_view key, std::string_view zone) {
  LABCTL_TRY(check_texts(keys, key));
  std::vector<Question> questions;
  if (const auto* array = keys.find(key))
    for (const auto& item : array->items) {
      auto question = parse_question(item.text, zone);
      if (!question) return std::unexpected(question.error().at(item.at.text()));
      questions.push_back(*std::move(question));
    }
  return questions;
}

Result<dns::CachedRecords> cache_of(const config::Value& keys) {
  static const std::vector<std::string> words{"flush", "leave", "wait"};
  const auto* value = keys.find("cache");
  if (value == nullptr) return dns::CachedRecords::flushed;
  const auto word = std::ranges::find(words, value->text);
  if (word != words.end()) return static_cast<dns::CachedRecords>(word - words.begin());
  const auto meant = nearest(value->text, words);
  return config::bad_value(value->at, fmt::format("'{}' says nothing about a cache", printable(value->text)),
                           meant ? fmt::format("did you mean '{}'?", *meant) : "one of flush, leave, wait");
}

std::string zone_of(const StepContext& context) { return context.keys.text_of("zone", context.participant.zone); }

Result<evidence::RecordsSeen> look(const StepContext& context, const std::string& zone,
                                   const std::vector<Question>& questions) {
  std::vector<std::string> texts;
  for (const auto& question : questions) texts.push_back(question.text());
  return context.ports.zones.ask_authority(zone, texts);
}

Result<evidence::ZoneEdited> apply(const StepContext& context, dns::ZoneEdit edit,
                                   const std::vector<Question>& questions) {
  edit.why = "step " + context.step.id;
  LABCTL_ASSIGN(edit.cached, cache_of(context.keys));
  LABCTL_ASSIGN(auto edited, context.ports.zones.apply(edit));
  std::vector<Question> open;
  for (const auto& question : questions)
    if (std::ranges::none_of(edited.authority.answers, [&](const dns::Answer& answer) {
          return answer.name == question.name && answer.type == question.type;
        }))
      open.push_back(question);
  if (!open.empty()) {
    LABCTL_ASSIGN(const auto now, look(context, edit.zone, open));
    edited.authority.server = now.server;
    edited.authority.zone = now.zone;
    edited.authority.serial = now.serial;
    edited.authority.answers.insert(edited.authority.answers.end(), now.answers.begin(), now.answers.end());
  }
  return edited;
}

Result<void> settle(const StepContext& context, const std::string& zone) {
  LABCTL_ASSIGN(const auto cached, cache_of(context.keys));
  LABCTL_TRY(context.ports.zones.apply({.zone = zone, .remove = {}, .add = {}, .cached = cached}));
  return {};
}

Result<Observation> publish(const StepContext& context, const dns::Record& record) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(const auto current, context.ports.zones.read(zone));
  LABCTL_ASSIGN(auto edited, apply(context, dns::edit_to_set(zone, current, record), {{record.owner, record.type}}));
  return seen(std::move(edited));
}

Result<Observation> recognize_published(const StepContext& context, const dns::Record& record) {
  const std::string zone = zone_of(context);
  LABCTL_ASSIGN(auto found, look(context, zone, {{record.owner, record.type}}));
  std::vector<dns::Record> current;
  for (const auto& answer : found.answers) current.insert(current.end(), answer.records.begin(), answer.records.end());
  const auto edit = dns::edit_to_set(zone, current, record);
  // Only an addition is left to do: nothing of this kind is published.
  if (edit.remove.empty() && !edit.add.empty())
    return missing(fmt::format("the authority has no such record at {} {}", record.owner, record.type));
  LABCTL_TRY(settle(context, zone));
  return seen(std::move(found));
}

std::vector<std::string> edit_commands(const StepContext& context, const std::vector<std::string>& lines) {
  const std::string zone = zone_of(context);
  const auto* authority = context.ports.topology.with_role(topology::Role::authority, context.participant.id);
  const std::string root = prompt(authority != nullptr ? authority->name : "receiver", true);
  std::vector<std::string> commands{root + "knotc zone-freeze " + zone,
                                    root + fmt::format("vi /var/lib/knot/{}.zone", zone)};
  for (const auto& line : lines) commands.push_back("    " + line);
  commands.push_back(root + "knotc zone-thaw " + zone);
  commands.push_back(root + "knotc zone-reload " + zone);
  return commands;
}

}  // namespace labctl::scenario
