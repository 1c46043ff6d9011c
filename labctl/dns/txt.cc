#include "labctl/dns/txt.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/dns/record.h"

namespace labctl::dns {
namespace {

constexpr std::size_t kLongestString = 255;  // RFC 1035 section 3.3
constexpr const char* kQuoteHint =
    "in a shell put single quotes around the whole record: '_dmarc 20 TXT \"v=DMARC1; p=none\"'";

/// Characters of the escape at `at` (RFC 1035 section 5.1: \DDD or \X).
std::size_t escape_length(std::string_view text, std::size_t at) {
  return at + 3 < text.size() && std::ranges::all_of(text.substr(at + 1, 3), is_digit) ? 4 : 2;
}

}  // namespace

Result<std::vector<std::string>> quoted_strings(std::string_view rdata) {
  std::vector<std::string> strings;
  rdata = trim(rdata);
  while (!rdata.empty()) {
    if (rdata.front() != '"')
      return usage_error(fmt::format("the text of a TXT record must stand in double quotes: {}", printable(rdata)), {},
                         kQuoteHint);
    std::size_t end = 1;
    while (end < rdata.size() && rdata[end] != '"') end += rdata[end] == '\\' ? 2 : 1;
    if (end >= rdata.size()) return usage_error(fmt::format("the quotation mark is not closed: {}", printable(rdata)));
    strings.emplace_back(rdata.substr(1, end - 1));
    rdata = trim(rdata.substr(end + 1));
  }
  if (strings.empty()) return usage_error("the TXT record has no text", {}, kQuoteHint);
  return strings;
}

std::string quote_in_pieces(const std::vector<std::string>& strings) {
  std::string rdata;
  for (const auto& whole : strings) {
    std::string piece;
    std::size_t octets = 0;
    const auto flush = [&] {
      rdata += fmt::format("{}\"{}\"", rdata.empty() ? "" : " ", piece);
      piece.clear();
      octets = 0;
    };
    for (std::size_t at = 0; at < whole.size(); ++octets) {
      const std::size_t length = whole[at] == '\\' ? escape_length(whole, at) : 1;
      if (octets == kLongestString) flush();
      piece += whole.substr(at, length);
      at += length;
    }
    flush();
  }
  return rdata;
}

Result<std::string> one_line(std::string_view text) {
  std::string line;
  int depth = 0;
  bool quoted = false;
  bool ended = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n' && quoted) return usage_error("the line ends inside double quotes");
    if (!quoted && c == ';') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (!quoted && c == '(') {
      ++depth;
      line += ' ';
    } else if (!quoted && c == ')') {
      if (--depth < 0) return usage_error("a ')' has no '(' before it");
      line += ' ';
    } else if (c == '\n' || c == '\r') {
      ended = ended || (depth == 0 && !trim(line).empty());
      line += ' ';
    } else {
      if (ended && c != ' ' && c != '\t') return usage_error("there is a second record; one at a time");
      if (c == '"') quoted = !quoted;
      line += c;
      // What is escaped never ends a string nor opens one.
      if (c == '\\' && at + 1 < text.size() && text[at + 1] != '\n') line += text[++at];
    }
  }
  if (depth > 0) return usage_error("a '(' is not closed");
  return line;
}

Result<std::string> txt_content(const Record& record) {
  LABCTL_ASSIGN(const auto strings, quoted_strings(record.rdata));
  std::string text;
  for (const auto& piece : strings)
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t length = piece[at] == '\\' ? escape_length(piece, at) : 1;
      if (length == 4)
        text += static_cast<char>((piece[at + 1] - '0') * 100 + (piece[at + 2] - '0') * 10 + (piece[at + 3] - '0'));
      else
        text += piece.substr(at + length - 1, 1);
      at += length;
    }
  return text;
}

}  // namespace labctl::dns
