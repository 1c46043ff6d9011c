#include "labctl/mail/spamd_result.h"

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

bool read_number(std::string_view text, double& value) {
  text = trim(text);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size();
}

/// "NAME(score)[option,option]"; none when it isn't of that form.
std::optional<Symbol> read_symbol(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos || open == 0) return std::nullopt;
  Symbol symbol{.name = std::string(trim(text.substr(0, open))), .options = {}};
  if (!read_number(text.substr(open + 1, close - open - 1), symbol.score)) return std::nullopt;
  const auto first = text.find('[', close);
  const auto last = text.rfind(']');
  if (first != std::string_view::npos && last != std::string_view::npos && last > first + 1)
    for (const auto& option : split(text.substr(first + 1, last - first - 1), ','))
      symbol.options.emplace_back(trim(option));
  return symbol;
}

/// Pieces between ';', but not those inside brackets: an option may hold one, or a bracket of its own.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces(1);
  bool in_brackets = false;
  char before = ' ';
  for (const char c : text) {
    const bool ends = c == ';' && (!in_brackets || before == ']');
    if (c == '[') in_brackets = true;
    if (ends) in_brackets = false;
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') before = c;
    if (ends)
      pieces.emplace_back();
    else
      pieces.back() += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return pieces;
}

}  // namespace

const Symbol* SpamdResult::find(std::string_view name) const {
  const auto found = std::ranges::find(symbols, name, &Symbol::name);
  return found == symbols.end() ? nullptr : &*found;
}

std::optional<SpamdResult> parse_spamd_result(std::string_view field_body) {
  const auto pieces = pieces_of(field_body);
  // "default: False [3.49 / 15.00]"
  const std::string_view head = trim(pieces.front());
  const auto colon = head.find(':');
  const auto open = head.find('[');
  const auto slash = head.find('/', open == std::string_view::npos ? 0 : open);
  const auto close = head.find(']', open == std::string_view::npos ? 0 : open);
  if (colon == std::string_view::npos || open == std::string_view::npos || slash == std::string_view::npos ||
      close == std::string_view::npos || slash > close || open < colon)
    return std::nullopt;
  SpamdResult result{.metric = std::string(head.substr(0, colon)), .symbols = {}};
  result.spam = trim(head.substr(colon + 1, open - colon - 1)) == "True";
  if (!read_number(head.substr(open + 1, slash - open - 1), result.score) ||
      !read_number(head.substr(slash + 1, close - slash - 1), result.required))
    return std::nullopt;
  for (std::size_t i = 1; i < pieces.size(); ++i)
    if (auto symbol = read_symbol(trim(pieces[i]))) result.symbols.push_back(std::move(*symbol));
  return result;
}

}  // namespace labctl::mail
