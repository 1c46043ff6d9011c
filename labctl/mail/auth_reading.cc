#include "labctl/mail/auth_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"

namespace labctl::mail {

AuthReading plain_reading(const AuthenticationResults& field) {
  AuthReading reading;
  for (const auto& result : field.results) {
    reading.emplace(result.method, result.result);
    for (const auto& property : result.properties)
      reading.emplace(fmt::format("{}.{}{}{}", result.method, property.ptype, property.ptype.empty() ? "" : ".",
                                  to_lower(property.property)),
                      property.value);
  }
  return reading;
}

std::map<std::string, std::string, std::less<>> comment_pairs(const AuthResult& result) {
  std::map<std::string, std::string, std::less<>> pairs;
  const auto look_into = [&](const std::vector<std::string>& comments) {
    for (std::string comment : comments) {
      std::ranges::replace_if(comment, [](char c) { return c == ',' || c == ';' || is_space(c); }, ' ');
      for (const auto& word : split(comment, ' '))
        if (const auto equals = word.find('='); equals != std::string::npos)
          pairs.emplace(to_lower(word.substr(0, equals)), to_lower(word.substr(equals + 1)));
    }
  };
  look_into(result.comments);
  for (const auto& property : result.properties) look_into(property.comments);
  return pairs;
}

void read_policy(const AuthenticationResults& field,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> words, AuthReading& reading) {
  constexpr std::array<std::string_view, 3> kPolicies{"none", "quarantine", "reject"};
  for (const auto& result : field.results) {
    if (result.method != "dmarc") continue;
    const auto pairs = comment_pairs(result);
    for (const auto& [word, key] : words)
      if (const auto found = pairs.find(word);
          found != pairs.end() && std::ranges::find(kPolicies, found->second) != kPolicies.end())
        reading.emplace(key, found->second);
  }
}

}  // namespace labctl::mail
