#include "labctl/base/placeholders.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "labctl/base/text.h"

namespace labctl {
namespace {

bool starts_name(char c) { return c >= 'a' && c <= 'z'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9') || c == '_' || c == '.'; }

std::string position(std::string_view text, std::size_t at, std::string_view file) {
  const auto before = text.substr(0, at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto line_start = before.rfind('\n');
  const auto column = line_start == std::string_view::npos ? at + 1 : at - line_start;
  return fmt::format("{}:{}:{}", file, line, column);
}

}  // namespace

Result<std::string> fill(std::string_view text, const Placeholders& values, std::string_view file) {
  std::string filled;
  filled.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    filled += text.substr(at, open - at);
    if (open == std::string_view::npos) break;
    std::size_t end = open + 1;
    if (end < text.size() && starts_name(text[end]))
      while (end < text.size() && continues_name(text[end])) ++end;
    if (end == open + 1 || end == text.size() || text[end] != '}') {
      filled += '{';
      at = open + 1;
      continue;
    }
    const auto name = text.substr(open + 1, end - open - 1);
    const auto found = values.find(name);
    if (found == values.end()) {
      std::vector<std::string> known;
      for (const auto& [key, value] : values) known.push_back(key);
      const auto meant = nearest(name, known);
      return usage_error(
          fmt::format("unknown placeholder {{{}}}", name), position(text, open, file),
          meant ? fmt::format("did you mean {{{}}}?", *meant) : fmt::format("known: {}", fmt::join(known, ", ")));
    }
    filled += found->second;
    at = end + 1;
  }
  return filled;
}

}  // namespace labctl
