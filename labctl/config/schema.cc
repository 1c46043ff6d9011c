#include "labctl/config/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "labctl/base/text.h"

namespace labctl::config {
namespace {

constexpr std::array<std::pair<Type, std::string_view>, 7> kTypeNames{{{Type::string, "a string"},
                                                                       {Type::integer, "an integer"},
                                                                       {Type::real, "a number"},
                                                                       {Type::boolean, "true or false"},
                                                                       {Type::time, "a date or time"},
                                                                       {Type::array, "an array"},
                                                                       {Type::table, "a table"}}};

}  // namespace

std::unexpected<Error> bad_value(const Place& at, std::string message, std::string hint) {
  return usage_error(std::move(message), at.text(), std::move(hint));
}

std::string type_names(unsigned types) {
  std::vector<std::string> names;
  for (const auto& [type, name] : kTypeNames)
    if ((types & static_cast<unsigned>(type)) != 0) names.emplace_back(name);
  return join(names, " or ");
}

Result<void> check_type(const Value& value, unsigned types, std::string_view what) {
  if ((types & static_cast<unsigned>(value.type)) == 0)
    return bad_value(value.at, fmt::format("'{}' must be {}, not {}", what, type_names(types),
                                           type_names(static_cast<unsigned>(value.type))));
  const bool empty = (value.type == Type::string && trim(value.text).empty()) ||
                     (value.type == Type::array && value.items.empty()) ||
                     (value.type == Type::table && value.members.empty());
  if (empty) return bad_value(value.at, fmt::format("'{}' is empty", what), "give it a value, or take the key out");
  return {};
}

Result<void> check_table(const Value& table, std::span<const Key> keys, std::string_view what) {
  for (const auto& member : table.members) {
    const auto key = std::ranges::find(keys, member.key, &Key::name);
    if (key == keys.end()) {
      std::vector<std::string> known;
      for (const auto& candidate : keys) known.emplace_back(candidate.name);
      const auto meant = nearest(member.key, known);
      return bad_value(member.at, fmt::format("unknown key '{}' in {}", printable(member.key), what),
                       meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
    }
    LABCTL_TRY(check_type(member.value, key->types, member.key));
  }
  for (const auto& key : keys)
    if (key.required && table.find(key.name) == nullptr)
      return bad_value(table.at, fmt::format("{} has no '{}'", what, key.name),
                       key.summary.empty() ? std::string() : fmt::format("{}: {}", key.name, key.summary));
  return {};
}

Result<std::int64_t> integer_of(const Value& table, std::string_view key, std::int64_t least, std::int64_t most,
                                std::int64_t fallback) {
  const auto* value = table.find(key);
  if (value == nullptr) return fallback;
  if (value->integer < least || value->integer > most)
    return bad_value(value->at, fmt::format("'{}' is {}: it must be {} to {}", key, value->integer, least, most));
  return value->integer;
}

Result<LocalText> local_text(const Value& value, std::string_view what) {
  LABCTL_TRY(check_type(value, kLocalText, what));
  if (value.type == Type::string) return LocalText{value.text, value.text};
  static constexpr std::array<Key, 2> kLanguages{{{.name = "ja", .required = true}, {.name = "en", .required = true}}};
  LABCTL_TRY(check_table(value, kLanguages, fmt::format("'{}'", what)));
  return LocalText{value.text_of("ja"), value.text_of("en")};
}

}  // namespace labctl::config
