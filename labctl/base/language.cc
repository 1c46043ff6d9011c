#include "labctl/base/language.h"

#include <cstdlib>
#include <string_view>

namespace labctl {

Language language_of_environment() {
  // POSIX order: the first one that is set and not empty decides.
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("ja") ? Language::ja : Language::en;
  }
  return Language::en;
}

}  // namespace labctl
