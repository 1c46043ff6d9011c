#include "labctl/scenario/expectations/tools.h"

#include "labctl/base/text.h"

namespace labctl::scenario {

ExpectationVerdict verdict(std::string that, bool holds, std::string expected, std::string actual, LocalText why) {
  return {.that = std::move(that),
          .outcome = holds ? Outcome::pass : Outcome::fail,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .why = holds ? LocalText{} : std::move(why)};
}

ExpectationVerdict no_answer(std::string that, std::string expected, std::string actual, LocalText why) {
  return {.that = std::move(that),
          .outcome = Outcome::error,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .why = std::move(why)};
}

std::vector<std::string> alternatives(const config::Value& value) {
  if (value.type != config::Type::array) return {value.text};
  std::vector<std::string> words;
  for (const auto& item : value.items) words.push_back(item.text);
  return words;
}

Result<void> check_alternatives(const config::Value& value, std::string_view what) {
  LABCTL_TRY(config::check_type(value, config::Type::string | config::Type::array, what));
  for (const auto& item : value.items)
    LABCTL_TRY(config::check_type(item, static_cast<unsigned>(config::Type::string), what));
  return {};
}

Result<void> check_alternative_members(const config::Value& table) {
  for (const auto& member : table.members) LABCTL_TRY(check_alternatives(member.value, member.key));
  return {};
}

std::string any_of(const std::vector<std::string>& words) { return join(words, " or "); }

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 300;
  text = trim(text);
  if (text.size() <= kMost) return printable(text);
  return printable(text.substr(0, kMost)) + " [...]";
}

}  // namespace labctl::scenario
