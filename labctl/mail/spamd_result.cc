#include "labctl/mail/spamd_result.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kLongestSpamdResult = 256U << 10U;

bool read_number(std::string_view text, double& value) {
  text = trim(text);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

/// "NAME(score)[option,option]"; none when it isn't of that form.
std::optional<Symbol> read_symbol(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.find(')', std::min(open, text.size()));
  if (open == 0 || close == std::string_view::npos) return std::nullopt;
  Symbol symbol{.name = std::string(trim(text.substr(0, open))), .options = {}};
  if (!read_number(text.substr(open + 1, close - open - 1), symbol.score)) return std::nullopt;
  const auto options = trim(text.substr(close + 1));
  if (options.empty()) return symbol;
  if (options.size() < 2 || options.front() != '[' || options.back() != ']') return std::nullopt;
  if (options.size() > 2)
    for (const auto& option : split(options.substr(1, options.size() - 2), ','))
      symbol.options.emplace_back(trim(unfolded(option)));
  return symbol;
}

/// Pieces between ';', but not those inside brackets: an option may hold one, or a bracket of its own.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  bool in_brackets = false;
  char before = ' ';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ';' && (!in_brackets || before == ']')) {
      pieces.push_back(text.substr(begin, at - begin));
      begin = at + 1;
      in_brackets = false;
    }
    if (c == '[') in_brackets = true;
    if (!is_space(c)) before = c;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

/// "default: False [3.49 / 15.00]"
bool read_head(std::string_view head, SpamdResult& result) {
  const auto colon = head.find(':');
  const auto open = head.find('[', std::min(colon, head.size()));
  const auto slash = head.find('/', std::min(open, head.size()));
  const auto close = head.find(']', std::min(slash, head.size()));
  if (close == std::string_view::npos) return false;
  result.metric = trim(unfolded(head.substr(0, colon)));
  result.spam = trim(head.substr(colon + 1, open - colon - 1)) == "True";
  return read_number(head.substr(open + 1, slash - open - 1), result.score) &&
         read_number(head.substr(slash + 1, close - slash - 1), result.required);
}

}  // namespace

const Symbol* SpamdResult::find(std::string_view name) const {
  const auto found = std::ranges::find(symbols, name, &Symbol::name);
  return found == symbols.end() ? nullptr : &*found;
}

std::optional<SpamdResult> parse_spamd_result(std::string_view field_body) {
  const auto text = field_body.substr(0, kLongestSpamdResult);
  const auto pieces = pieces_of(text);
  SpamdResult result;
  if (!read_head(pieces.front(), result)) return std::nullopt;
  for (const auto piece : std::span(pieces).subspan(1)) {
    if (trim(piece).empty()) continue;  // behind the last semicolon
    if (auto symbol = read_symbol(trim(piece))) {
      result.symbols.push_back(std::move(*symbol));
    } else {
      const auto position = static_cast<std::size_t>(trim(piece).data() - field_body.data());
      result.defects.push_back({position, "expected NAME(score)[options]", std::string(trim(piece))});
    }
  }
  if (text.size() < field_body.size())
    result.defects.push_back({text.size(), "the field is too long", std::string(field_body.substr(text.size()))});
  return result;
}

std::optional<SpamdResult> spamd_result_in_log(std::string_view line) {
  constexpr auto kNone = std::string_view::npos;
  const auto at = line.find("(default: ");
  const auto score = at == kNone ? at : line.find("): [", at);
  const auto list = score == kNone ? score : line.find("] [", score);
  const auto end = list == kNone ? list : line.find("]), ", list);
  if (end == kNone) return std::nullopt;
  // Options stand in braces and may hold anything; a name is what stands before "(" outside them.
  std::string pieces = "default: False [0.00 / 0.00]";
  int depth = 0;
  std::string piece;
  const auto flush = [&] {
    if (!piece.empty()) pieces += "; " + piece;
    piece.clear();
  };
  for (const char c : line.substr(list + 3, end - list - 3)) {
    if (c == '{') ++depth;
    if (depth == 0 && c == ',') flush();
    if (depth == 0 && c != ',') piece += c;
    if (c == '}' && depth > 0) --depth;
  }
  flush();
  return parse_spamd_result(pieces);
}

}  // namespace labctl::mail
