#include "labctl/base/text.h"
#include "labctl/dkim/signature.h"

namespace labctl::dkim {
namespace {

bool is_canonical_space(char c) { return c == ' ' || c == '\t'; }

/// Runs of white space become one space; none is left at the end.
std::string reduced(std::string_view line) {
  std::string text;
  for (const char c : line) {
    if (!is_canonical_space(c)) {
      text += c;
    } else if (text.empty() || text.back() != ' ') {
      text += ' ';
    }
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

std::string canonical_body(std::string_view body, Canonicalization how) {
  std::string text;
  while (!body.empty()) {
    const auto end = body.find('\n');
    std::string_view line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text += how == Canonicalization::relaxed ? reduced(line) : std::string(line);
    text += "\r\n";
  }
  while (text.ends_with("\r\n\r\n")) text.resize(text.size() - 2);
  if (text == "\r\n") text.clear();
  // RFC 6376 section 3.4.3: an empty body is one line end to "simple", and nothing to "relaxed".
  if (text.empty() && how == Canonicalization::simple) return "\r\n";
  return text;
}

std::string canonical_field(const mail::HeaderField& field, Canonicalization how) {
  if (how == Canonicalization::simple) {
    std::string text = field.name + ":";
    for (const char c : field.raw) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return text;
  }
  std::string unfolded;
  for (const char c : field.raw)
    if (c != '\r' && c != '\n') unfolded += c;
  const std::string value = reduced(unfolded);
  return to_lower(trim(field.name)) + ":" + std::string(trim(value));
}

}  // namespace labctl::dkim
