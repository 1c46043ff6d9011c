#include "labctl/evaluate/tag_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::evaluate {

const Tag* TagList::find(std::string_view name) const {
  const auto found = std::ranges::find_if(tags, [&](const Tag& tag) { return equal_ignoring_case(tag.name, name); });
  return found == tags.end() ? nullptr : &*found;
}

TagList parse_tag_list(std::string_view text) {
  constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  constexpr std::size_t kMostTags = 200;  // each is compared with those before it
  TagList list;
  for (std::size_t at = 0; at < text.size() && list.tags.size() < kMostTags;) {
    const auto end = std::min(text.find(';', at), text.size());
    const auto part = text.substr(at, end - at);
    const auto word = trim(part);
    // Of nothing but blanks no word is left that had a place: the semicolon's is told.
    const auto column = word.empty() ? end + 1 : at + static_cast<std::size_t>(word.data() - part.data()) + 1;
    at = end + 1;
    if (word.empty()) {
      // RFC 6376 section 3.2: one semicolon may stand at the end.
      if (end < text.size())
        list.problems.push_back({column, ";", "nothing stands before this semicolon", "RFC 6376 section 3.2"});
      continue;
    }
    const auto equals = word.find('=');
    const auto name = trim(word.substr(0, equals));
    if (equals == std::string_view::npos || name.empty() || name.find_first_not_of(kNameCharacters) != name.npos) {
      list.problems.push_back({column, printable(word), "this is no tag=value", "RFC 6376 section 3.2"});
      continue;
    }
    if (list.find(name) != nullptr)
      list.problems.push_back(
          {column, printable(word), fmt::format("tag '{}' stands twice", name), "RFC 6376 section 3.2"});
    list.tags.push_back({std::string(name), std::string(trim(word.substr(equals + 1))), column});
  }
  return list;
}

}  // namespace labctl::evaluate
