#include "labctl/mail/smtp_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

// Of a dialogue; a message can be megabytes, and a server can talk without end.
constexpr std::size_t kMostDataLines = 200;
constexpr std::size_t kMostLines = 2000;
constexpr std::size_t kLongestLine = 1000;
constexpr std::size_t kLongestReply = 16U << 10U;

/// class.subject.detail (RFC 3463 section 2).
bool is_enhanced_code(std::string_view word) {
  const auto parts = split(word, '.');
  return parts.size() == 3 && std::ranges::all_of(parts, [](const std::string& part) {
           return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, is_digit);
         });
}

}  // namespace

SmtpRecorder::SmtpRecorder(std::string_view data, const SmtpRecorder& opened)
    : opening_(opened.opening_), borrowed_(true), data_(data) {
  transcript_.tls = opened.transcript_.tls;
  const auto& lines = opened.transcript_.lines;
  transcript_.lines.assign(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(opening_));
}

void SmtpRecorder::say(SmtpLine::Direction direction, std::string_view line) {
  if (transcript_.lines.size() < kMostLines)
    transcript_.lines.push_back({direction, std::string(line.substr(0, kLongestLine))});
}

void SmtpRecorder::begin(bool with_mail) {
  if (!std::exchange(borrowed_, false) || with_mail) return;
  transcript_ = {};
  opening_ = 0;
}

void SmtpRecorder::client(std::string_view text) {
  begin(to_lower(text.substr(0, 4)) == "mail");
  for (auto& line : lines_of(text)) {
    if (std::exchange(asked_for_secret_, false)) {
      line = "…";
    } else {
      const std::string verb = to_lower(line.substr(0, 4));
      if (verb == "ehlo" || verb == "helo") stage_ = SmtpStage::ehlo;
      if (verb == "star") stage_ = SmtpStage::starttls;
      if (verb == "mail") stage_ = SmtpStage::mail;
      if (verb == "mail" && opening_ == 0) opening_ = transcript_.lines.size();
      if (verb == "rcpt") stage_ = SmtpStage::rcpt;
      if (verb == "data") stage_ = SmtpStage::data;
      if (verb == "quit") leaving_ = true;
      if (verb == "auth") {
        stage_ = SmtpStage::auth;
        if (const auto words = split(line, ' '); words.size() > 2) line = fmt::format("AUTH {} …", words[1]);
      }
    }
    if (!leaving_) answered_ = false;
    say(SmtpLine::Direction::client, line);
  }
}

void SmtpRecorder::server(std::string_view text) {
  begin(false);
  received_ += text;
  for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n')) {
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    server_line(line);
  }
  if (received_.size() > kLongestReply) received_.clear();
}

// RFC 5321 section 4.2.1: the last line of a reply has a space (or nothing) behind the code.
void SmtpRecorder::server_line(std::string_view line) {
  say(SmtpLine::Direction::server, line);
  if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return;
  auto text = line.substr(std::min<std::size_t>(4, line.size()));
  // RFC 2034 section 4: each line of a reply repeats the enhanced code.
  const auto word = text.substr(0, text.find(' '));
  if (is_enhanced_code(word) && (reply_.enhanced_code.empty() ? reply_.text.empty() : word == reply_.enhanced_code)) {
    reply_.enhanced_code = word;
    text = trim(text.substr(word.size()));
  }
  if (reply_.text.size() < kLongestReply) reply_.text += fmt::format("{}{}", reply_.text.empty() ? "" : " ", text);
  if (line.size() > 3 && line[3] == '-') return;
  std::from_chars(line.data(), line.data() + 3, reply_.code);
  decide(std::exchange(reply_, {}));
}

void SmtpRecorder::decide(SmtpReply whole) {
  if (leaving_) return;
  answered_ = true;
  asked_for_secret_ = whole.code == 334;
  const int code = whole.code;
  transcript_.stage = stage_;
  transcript_.reply = std::move(whole);
  if (stage_ == SmtpStage::starttls && code == 220) transcript_.tls = true;
  constexpr std::string_view kQueued = "queued as ";
  if (const auto at = transcript_.reply.text.find(kQueued); transcript_.accepted() && at != std::string::npos) {
    const auto id = std::string_view(transcript_.reply.text).substr(at + kQueued.size());
    transcript_.queue_id = id.substr(0, id.find(' '));
  }
  if (stage_ == SmtpStage::data && code == 354) {
    stage_ = SmtpStage::end_of_data;
    answered_ = false;
  }
}

// The message as it is sent, not every line of a long one.
void SmtpRecorder::tell_data() {
  if (std::exchange(data_told_, true)) return;
  const auto lines = lines_of(data_);
  for (std::size_t i = 0; i < std::min(lines.size(), kMostDataLines); ++i) say(SmtpLine::Direction::client, lines[i]);
  if (lines.size() > kMostDataLines)
    say(SmtpLine::Direction::client, fmt::format("… ({} more lines)", lines.size() - kMostDataLines));
  say(SmtpLine::Direction::client, ".");
}

std::string_view SmtpRecorder::read(std::size_t most) {
  tell_data();
  const auto part = data_.substr(sent_, most);
  sent_ += part.size();
  return part;
}

}  // namespace labctl::mail
