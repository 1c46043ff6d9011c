#include "labctl/mail/structured_field.h"

namespace labctl::mail {

std::string without_comments(std::string_view text) {
  std::string result;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && (quoted || depth > 0)) {
      if (depth == 0) result += text.substr(at, 2);
      ++at;
      continue;
    }
    if (c == '"' && depth == 0) quoted = !quoted;
    if (c == '(' && !quoted && depth++ == 0) result += ' ';
    if (depth == 0) result += c;
    if (c == ')' && !quoted && depth > 0) --depth;
  }
  return result;
}

std::size_t find_unquoted(std::string_view text, std::string_view wanted, std::size_t from) {
  bool quoted = false;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '\\' && quoted) {
      ++at;
      continue;
    }
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && wanted.find(text[at]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

std::string unfolded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') continue;
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    result += text[at] == '\t' ? ' ' : text[at];
  }
  return result;
}

}  // namespace labctl::mail
