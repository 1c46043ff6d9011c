#include "labctl/evaluate/macro.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::size_t kManyParts = 1000;  // more than any name has

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Reads what stands behind "%{" up to and with "}"; `at` is at the letter.
std::expected<MacroPiece, std::string> parse_macro(std::string_view text, std::size_t& at, MacroPlace place) {
  if (at >= text.size()) return std::unexpected("'%{' has no '}'");
  const std::string letter = to_lower(text.substr(at, 1));
  if (letter == "}" || std::string_view("slodiphcrtv").find(letter) == std::string_view::npos)
    return std::unexpected(fmt::format("'{}' is no macro letter", printable(text.substr(at, 1))));
  // RFC 7208 section 7.2: c, r and t only in an explanation's text.
  if (place != MacroPlace::text && std::string_view("crt").find(letter) != std::string_view::npos)
    return std::unexpected(fmt::format("macro '{}' is for the text of an explanation only", letter));
  MacroPiece piece{.literal = {}, .letter = letter.front(), .escape = text[at] != letter.front(), .delimiters = {}};
  ++at;
  if (at < text.size() && is_digit(text[at])) {
    for (; at < text.size() && is_digit(text[at]); ++at)
      piece.keep = std::min(piece.keep * 10 + static_cast<std::size_t>(text[at] - '0'), kManyParts);
    // RFC 7208 section 7.1: the number of parts must not be zero.
    if (piece.keep == 0) return std::unexpected("a macro can't keep zero parts");
  }
  if (at < text.size() && (text[at] == 'r' || text[at] == 'R')) {
    piece.reverse = true;
    ++at;
  }
  for (; at < text.size() && kDelimiters.find(text[at]) != std::string_view::npos; ++at) piece.delimiters += text[at];
  if (at >= text.size()) return std::unexpected("'%{' has no '}'");
  if (text[at] != '}')
    return std::unexpected(fmt::format("'{}' can't stand in a macro", printable(text.substr(at, 1))));
  ++at;
  return piece;
}

/// RFC 7208 section 7.1: domain-end is a top label of letters, digits and hyphens, not of digits alone, or a macro.
bool ends_in_top_label(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return false;
  const auto top = text.substr(dot + 1);
  const auto is_alnum = [](char c) { return is_alpha(c) || is_digit(c); };
  return !top.empty() && is_alnum(top.front()) && is_alnum(top.back()) && !std::ranges::all_of(top, is_digit) &&
         std::ranges::all_of(top, [&](char c) { return is_alnum(c) || c == '-'; });
}

std::string url_escaped(std::string_view text) {
  std::string result;
  for (const char c : text)
    // RFC 3986 section 2.3: the characters that stay.
    if (is_alpha(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return result;
}

std::string value_of(const MacroPiece& piece, const MacroValues& values) {
  const auto at = values.sender.rfind('@');
  switch (piece.letter) {
    case 's':
      return values.sender;
    case 'l':
      return values.sender.substr(0, at);
    case 'o':
      return at == std::string::npos ? values.sender : values.sender.substr(at + 1);
    case 'd':
      return values.domain;
    case 'i':
      return dotted(values.client);
    case 'p':
      return values.validated_name();
    case 'v':
      return values.client.is_v6 ? "ip6" : "in-addr";
    case 'h':
      return values.helo;
    case 'c':
      return to_text(values.client);
    case 'r':
      return values.receiver;
    default:
      return fmt::to_string(values.now);
  }
}

std::string transformed(const MacroPiece& piece, const std::string& value) {
  if (piece.keep == 0 && !piece.reverse && piece.delimiters.empty()) return value;
  const std::string_view delimiters = piece.delimiters.empty() ? "." : std::string_view(piece.delimiters);
  std::vector<std::string> parts(1);
  for (const char c : value)
    if (delimiters.find(c) != std::string_view::npos)
      parts.emplace_back();
    else
      parts.back() += c;
  // RFC 7208 section 7.3: split, reverse, keep the right-hand parts, join by dots.
  if (piece.reverse) std::ranges::reverse(parts);
  if (piece.keep > 0 && piece.keep < parts.size())
    parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(piece.keep));
  return join(parts, ".");
}

}  // namespace

std::expected<MacroString, Problem> parse_macro_string(std::string_view text, MacroPlace place, std::size_t column) {
  MacroString pieces;
  bool ends_in_macro = false;  // %% %_ and %- are a macro-expand too
  const auto literal = [&](std::string_view what) {
    if (pieces.empty() || pieces.back().letter != 0) pieces.push_back({.literal = {}, .delimiters = {}});
    pieces.back().literal += what;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto wrong = [&](std::size_t from, std::string message) {
      return std::unexpected(
          Problem{column + from, printable(text.substr(from, 12)), std::move(message), "RFC 7208 section 7.1"});
    };
    const char c = text[at];
    ends_in_macro = c == '%';
    if (c != '%') {
      if (c < ' ' || c > '~' || (c == ' ' && place != MacroPlace::text))
        return wrong(at, "only printable ASCII may stand here");
      literal(text.substr(at++, 1));
      continue;
    }
    const auto begin = at++;
    const char next = at < text.size() ? text[at] : '\0';
    ++at;
    if (next == '%') {
      literal("%");
    } else if (next == '_') {
      literal(" ");
    } else if (next == '-') {
      literal("%20");
    } else if (next == '{') {
      auto piece = parse_macro(text, at, place);
      if (!piece) return wrong(begin, piece.error());
      pieces.push_back(std::move(*piece));
    } else {
      return wrong(begin, "behind '%' must stand '{', '%', '_' or '-'");
    }
  }
  if (place == MacroPlace::domain && !ends_in_macro && !ends_in_top_label(text))
    return std::unexpected(Problem{
        column, printable(text),
        text.empty() ? "a domain is missing" : "this is no domain: it must end in a dot and a top label, or a macro",
        "RFC 7208 section 7.1"});
  return pieces;
}

std::string expand(const MacroString& macro, const MacroValues& values) {
  std::string result;
  for (const auto& piece : macro) {
    if (piece.letter == 0) {
      result += piece.literal;
      continue;
    }
    const auto value = transformed(piece, value_of(piece, values));
    result += piece.escape ? url_escaped(value) : value;
  }
  return result;
}

std::string expand_domain(const MacroString& macro, const MacroValues& values) {
  constexpr std::size_t kLongestName = 253;
  std::string name = normal_name(expand(macro, values));
  if (name.size() <= kLongestName) return name;
  const auto dot = name.find('.', name.size() - kLongestName - 1);
  if (dot != std::string::npos) name.erase(0, dot + 1);
  return name;
}

}  // namespace labctl::evaluate
