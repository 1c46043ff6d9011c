#pragma once

#include <string>

namespace labctl {

enum class Language { ja, en };

/// A text for a participant, in both languages of the workshop.
struct LocalText {
  std::string ja;
  std::string en;
  [[nodiscard]] const std::string& in(Language language) const { return language == Language::ja ? ja : en; }
  bool operator==(const LocalText&) const = default;
};

/// From LC_ALL, LC_MESSAGES, LANG: ja when it begins with "ja", else en.
Language language_of_environment();

}  // namespace labctl
