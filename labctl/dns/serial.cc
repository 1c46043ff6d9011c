#include "labctl/dns/serial.h"

#include <charconv>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

/// Where a word of a zone file begins and ends.
struct ZoneWord {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The next word behind `at`: neither comment, parenthesis nor quoted string (RFC 1035 section 5.1).
std::optional<ZoneWord> next_word(std::string_view text, std::size_t at) {
  bool quoted = false;
  while (at < text.size()) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
      ++at;
    } else if (c == '"') {
      quoted = true;
      ++at;
    } else if (c == ';') {
      while (at < text.size() && text[at] != '\n') ++at;
    } else if (is_space(c) || c == '(' || c == ')') {
      ++at;
    } else {
      std::size_t end = at;
      while (end < text.size() && !is_space(text[end]) &&
             std::string_view("();\"").find(text[end]) == std::string::npos)
        end += text[end] == '\\' ? 2 : 1;
      return ZoneWord{at, std::min(end, text.size())};
    }
  }
  return std::nullopt;
}

bool is_number(std::string_view text, const ZoneWord& word) {
  return text.substr(word.begin, word.end - word.begin).find_first_not_of("0123456789") == std::string_view::npos;
}

/// The third word behind "SOA": after the primary server's name and the mailbox's. Behind the "SOA" of an RRSIG or NSEC
/// record, which may stand before it, other things follow (RFC 4034 sections 3.2 and 4.2).
std::optional<ZoneWord> serial_word(std::string_view text) {
  std::size_t at = 0;
  while (const auto word = next_word(text, at)) {
    at = word->end;
    if (!equal_ignoring_case(text.substr(word->begin, word->end - word->begin), "SOA")) continue;
    const auto server = next_word(text, at);
    const auto mailbox = server ? next_word(text, server->end) : std::nullopt;
    const auto serial = mailbox ? next_word(text, mailbox->end) : std::nullopt;
    if (serial && !is_number(text, *server) && is_number(text, *serial)) return serial;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t next_serial(std::uint32_t current, std::chrono::sys_days today) {
  const std::chrono::year_month_day date(today);
  const auto of_today = (static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10'000 +
                         static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day())) *
                        100;
  return serial_is_newer(of_today, current) ? of_today : current + 1;
}

Record soa_with_serial(Record soa, std::uint32_t serial) {
  auto fields = split(soa.rdata, ' ');
  if (fields.size() > 2) fields[2] = std::to_string(serial);
  soa.rdata = join(fields, " ");
  return soa;
}

std::optional<std::uint32_t> serial_in(std::string_view text) {
  const auto word = serial_word(text);
  std::uint32_t serial = 0;
  if (!word) return std::nullopt;
  const char* end = text.data() + word->end;
  const auto read = std::from_chars(text.data() + word->begin, end, serial);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return serial;
}

std::optional<std::string> with_serial(std::string_view text, std::uint32_t serial) {
  const auto word = serial_word(text);
  if (!word) return std::nullopt;
  return std::string(text.substr(0, word->begin)) + std::to_string(serial) + std::string(text.substr(word->end));
}

}  // namespace labctl::dns
