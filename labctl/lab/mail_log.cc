#include "labctl/lab/mail_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "labctl/base/text.h"

namespace labctl::lab {
namespace {

/// What stands between `before` and `after` in `text`, from `at` on; none when one of them is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + before.size());
  const auto end = text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

bool is_queue_id(std::string_view word) {
  // Postfix's short form is hexadecimal; the long form (enable_long_queue_ids) has no vowels.
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kLong = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  const auto only = [&](std::string_view alphabet) {
    return word.find_first_not_of(alphabet) == std::string_view::npos;
  };
  return (word.size() >= 6 && only(kHex)) || (word.size() >= 10 && only(kLong));
}

/// "name[address]" at the start of `text`.
std::optional<LoggedClient> host_in(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  return LoggedClient{std::string(text.substr(0, open)), std::string(text.substr(open + 1, close - open - 1))};
}

bool is_enhanced_code(std::string_view word) {
  // RFC 3463 section 2: class "." subject "." detail
  const auto parts = split(word, '.');
  return parts.size() == 3 && (parts[0] == "2" || parts[0] == "4" || parts[0] == "5") &&
         std::ranges::all_of(parts, [](const std::string& part) {
           return !part.empty() && part.size() <= 3 &&
                  std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
         });
}

/// "451 4.7.1 Try again later"; without the code Postfix's own for that class (cleanup logs a milter's reply so).
mail::SmtpReply reply_from(std::string_view text) {
  mail::SmtpReply reply;
  const auto take_word = [&] {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
  };
  if (text.size() >= 4 && (text[3] == ' ' || text[3] == '-') &&
      std::from_chars(text.data(), text.data() + 3, reply.code).ptr == text.data() + 3)
    text.remove_prefix(4);
  else
    reply.code = 0;
  if (is_enhanced_code(text.substr(0, text.find(' ')))) reply.enhanced_code = take_word();
  reply.text = text;
  if (reply.code == 0) reply.code = reply.enhanced_code.starts_with('4') ? 451 : 554;
  return reply;
}

}  // namespace

std::optional<MailLogLine> parse_mail_log_line(std::string_view line) {
  // Debian's date is "Mmm dd hh:mm:ss" (15 octets); with an RFC 3339 date the daemon comes as well after two words.
  const auto daemon = line.find(" postfix/");
  const auto open = line.find('[', daemon);
  const auto close = line.find("]: ", open);
  if (daemon == std::string_view::npos || open == std::string_view::npos || close == std::string_view::npos)
    return std::nullopt;
  MailLogLine parsed{.raw = std::string(line),
                     .daemon = std::string(line.substr(daemon + 9, open - daemon - 9)),
                     .process = std::string(line.substr(open + 1, close - open - 1))};
  std::string_view rest = line.substr(close + 3);
  const auto colon = rest.find(": ");
  if (colon != std::string_view::npos && (is_queue_id(rest.substr(0, colon)) || rest.starts_with("NOQUEUE: "))) {
    if (!rest.starts_with("NOQUEUE: ")) parsed.queue_id = rest.substr(0, colon);
    rest.remove_prefix(colon + 2);
  }
  parsed.text = rest;
  return parsed;
}

std::vector<MailLogLine> parse_mail_log(std::string_view text) {
  std::vector<MailLogLine> lines;
  for (const auto& line : lines_of(text))
    if (auto parsed = parse_mail_log_line(line)) lines.push_back(std::move(*parsed));
  return lines;
}

std::optional<LoggedClient> client_of(const MailLogLine& line) {
  if (!line.text.starts_with("client=")) return std::nullopt;
  return host_in(std::string_view(line.text).substr(7));
}

std::optional<LoggedClient> connection_of(const MailLogLine& line) {
  if (!line.text.starts_with("connect from ")) return std::nullopt;
  return host_in(std::string_view(line.text).substr(13));
}

std::optional<std::string> bracketed(std::string_view text, std::string_view field) {
  const std::string before = fmt::format("{}=<", field);
  auto at = text.find(before);
  while (at != std::string_view::npos && at != 0 && text[at - 1] != ' ') at = text.find(before, at + 1);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + before.size());
  // A quoted local part may hold '>': the address ends where the next field begins.
  auto end = text.find('>');
  while (end != std::string_view::npos && end + 1 < text.size() && text[end + 1] != ',' && text[end + 1] != ' ')
    end = text.find('>', end + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(0, end));
}

std::optional<LoggedDelivery> delivery_of(const MailLogLine& line) {
  if (!line.text.starts_with("to=<")) return std::nullopt;
  const auto to = bracketed(line.text, "to");
  const auto relay = between(line.text, ">, relay=", ", ");
  const auto status = between(line.text, ", status=", " (");
  if (!to || !status) return std::nullopt;
  const auto detail_at = line.text.find(" (", line.text.find(", status="));
  std::string detail = line.text.substr(detail_at + 2);
  if (detail.ends_with(')')) detail.pop_back();
  return LoggedDelivery{*to, std::string(relay.value_or("")), std::string(*status), std::move(detail)};
}

std::optional<mail::SmtpReply> reply_in(const LoggedDelivery& delivery) {
  std::string_view text = delivery.detail;
  if (delivery.status == "sent") return reply_from(text);
  const auto said = text.find(" said: ");
  if (!text.starts_with("host ") || said == std::string_view::npos) return std::nullopt;
  text.remove_prefix(said + 7);
  if (const auto where = text.rfind(" (in reply to "); where != std::string_view::npos) text = text.substr(0, where);
  return reply_from(text);
}

std::string queued_as(std::string_view reply_text) {
  const auto at = reply_text.rfind("queued as ");
  if (at == std::string_view::npos) return {};
  const auto id = reply_text.substr(at + 10);
  const auto end = std::ranges::find_if(id, [](char c) { return c == ' ' || c == ')' || c == '\r'; });
  const auto word = id.substr(0, static_cast<std::size_t>(end - id.begin()));
  return is_queue_id(word) ? std::string(word) : std::string{};
}

bool LoggedRefusal::milter_away() const {
  if (!by_milter || reply.code / 100 != 4) return false;
  // The second is a milter in Python that failed, not its verdict.
  return std::ranges::any_of(std::array{"Service unavailable - try again later", "untrapped exception"},
                             [&](const char* words) { return reply.text.find(words) != std::string::npos; });
}

std::optional<LoggedRefusal> refusal_of(const MailLogLine& line) {
  std::string_view text = line.text;
  LoggedRefusal refusal;
  const auto take = [&](std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
  };
  if (take("milter-reject: ")) {
    refusal.by_milter = true;
  } else if (take("milter-discard: ")) {
    refusal.by_milter = refusal.discarded = true;
  } else if (!take("reject: ")) {
    return std::nullopt;
  }
  const auto from = text.find(" from ");
  if (from == std::string_view::npos) return std::nullopt;
  refusal.stage = text.substr(0, from);
  text.remove_prefix(from + 6);
  const auto client = host_in(text);
  const auto said = text.find("]: ");
  if (!client || said == std::string_view::npos) return std::nullopt;
  refusal.client = *client;
  text.remove_prefix(said + 3);
  const auto end = std::min(text.find("; from=<"), text.find("; proto="));
  if (!refusal.discarded) refusal.reply = reply_from(text.substr(0, end));
  if (end == std::string_view::npos) return refusal;
  const auto facts = text.substr(end + 2);
  refusal.from = bracketed(facts, "from");
  refusal.to = bracketed(facts, "to");
  refusal.helo = bracketed(facts, "helo").value_or("");
  return refusal;
}

std::optional<std::string> milter_trouble_of(const MailLogLine& line) {
  const std::string_view text = line.text;
  // milter8.c: "connect to Milter service inet:…: Connection refused", "milter inet:…: can't read SMFIC_… reply …"
  for (const std::string_view start : {"warning: connect to Milter service ", "warning: milter "}) {
    if (!text.starts_with(start)) continue;
    const auto reason = text.find(": ", start.size());
    return std::string(reason == std::string_view::npos ? text : text.substr(reason + 2));
  }
  return std::nullopt;
}

}  // namespace labctl::lab
