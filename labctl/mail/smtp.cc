#include "labctl/mail/smtp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "labctl/base/text.h"
#include "labctl/mail/curl_handle.h"
#include "labctl/mail/raw_smtp.h"

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

/// Follows the dialogue as libcurl reports it.
struct Recorder {
  SmtpTranscript transcript;
  SmtpStage stage = SmtpStage::connect;
  bool answered = false;          ///< the server has replied to what was said last
  bool leaving = false;           ///< QUIT was said: what the server answers changes nothing
  bool asked_for_secret = false;  ///< the next line is the client's answer to a 334
  std::string received;           ///< of a reply line that isn't complete yet
  SmtpReply reply;                ///< of the lines so far
  std::string_view data;
  std::size_t sent = 0;
  bool data_told = false;

  void say(SmtpLine::Direction direction, std::string_view line) {
    if (transcript.lines.size() < kMostLines)
      transcript.lines.push_back({direction, std::string(line.substr(0, kLongestLine))});
  }

  void client(std::string_view text) {
    for (auto& line : lines_of(text)) {
      if (std::exchange(asked_for_secret, false)) {
        line = "…";
      } else {
        const std::string verb = to_lower(line.substr(0, 4));
        if (verb == "ehlo" || verb == "helo") stage = SmtpStage::ehlo;
        if (verb == "star") stage = SmtpStage::starttls;
        if (verb == "mail") stage = SmtpStage::mail;
        if (verb == "rcpt") stage = SmtpStage::rcpt;
        if (verb == "data") stage = SmtpStage::data;
        if (verb == "quit") leaving = true;
        if (verb == "auth") {
          stage = SmtpStage::auth;
          if (const auto words = split(line, ' '); words.size() > 2) line = fmt::format("AUTH {} …", words[1]);
        }
      }
      if (!leaving) answered = false;
      say(SmtpLine::Direction::client, line);
    }
  }

  void server(std::string_view text) {
    received += text;
    for (auto end = received.find('\n'); end != std::string::npos; end = received.find('\n')) {
      std::string line = received.substr(0, end);
      received.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      server_line(line);
    }
    if (received.size() > kLongestReply) received.clear();
  }

  /// RFC 5321 section 4.2.1: the last line of a reply has a space (or nothing) behind the code.
  void server_line(std::string_view line) {
    say(SmtpLine::Direction::server, line);
    if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return;
    auto text = line.substr(std::min<std::size_t>(4, line.size()));
    // RFC 2034 section 4: each line of a reply repeats the enhanced code.
    const auto word = text.substr(0, text.find(' '));
    if (is_enhanced_code(word) && (reply.enhanced_code.empty() ? reply.text.empty() : word == reply.enhanced_code)) {
      reply.enhanced_code = word;
      text = trim(text.substr(word.size()));
    }
    if (reply.text.size() < kLongestReply) reply.text += fmt::format("{}{}", reply.text.empty() ? "" : " ", text);
    if (line.size() > 3 && line[3] == '-') return;
    std::from_chars(line.data(), line.data() + 3, reply.code);
    decide(std::exchange(reply, {}));
  }

  void decide(SmtpReply whole) {
    if (leaving) return;
    answered = true;
    asked_for_secret = whole.code == 334;
    const int code = whole.code;
    transcript.stage = stage;
    transcript.reply = std::move(whole);
    if (stage == SmtpStage::starttls && code == 220) transcript.tls = true;
    constexpr std::string_view kQueued = "queued as ";
    if (const auto at = transcript.reply.text.find(kQueued); transcript.accepted() && at != std::string::npos) {
      const auto id = std::string_view(transcript.reply.text).substr(at + kQueued.size());
      transcript.queue_id = id.substr(0, id.find(' '));
    }
    if (stage == SmtpStage::data && code == 354) {
      stage = SmtpStage::end_of_data;
      answered = false;
    }
  }

  /// The message as it is sent, not every line of a long one.
  void tell_data() {
    if (std::exchange(data_told, true)) return;
    const auto lines = lines_of(data);
    for (std::size_t i = 0; i < std::min(lines.size(), kMostDataLines); ++i) say(SmtpLine::Direction::client, lines[i]);
    if (lines.size() > kMostDataLines)
      say(SmtpLine::Direction::client, fmt::format("… ({} more lines)", lines.size() - kMostDataLines));
    say(SmtpLine::Direction::client, ".");
  }
};

int on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* user) {
  auto& recorder = *static_cast<Recorder*>(user);
  const std::string_view content(text, size);
  if (type == CURLINFO_HEADER_OUT) recorder.client(content);
  if (type == CURLINFO_HEADER_IN) recorder.server(content);
  return 0;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& recorder = *static_cast<Recorder*>(user);
  recorder.tell_data();
  const auto part = recorder.data.substr(recorder.sent, size * count);
  std::ranges::copy(part, buffer);
  recorder.sent += part.size();
  return part.size();
}

/// Nothing that a name or an address could do as a command of its own.
Result<void> check(const SmtpSubmission& submission) {
  const auto is_plain = [](std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 127; });
  };
  if (submission.helo.empty() || !is_plain(submission.helo) || submission.helo.find(' ') != std::string::npos)
    return usage_error(fmt::format("'{}' is no EHLO name", printable(submission.helo)), {},
                       "give a host name or an address literal");
  if (submission.rcpt_to.empty()) return usage_error("the message has no recipient");
  if (!is_plain(submission.mail_from))
    return usage_error(fmt::format("'{}' is no address", printable(submission.mail_from)));
  for (const auto& address : submission.rcpt_to)
    if (address.empty() || !is_plain(address))
      return usage_error(fmt::format("'{}' is no address", printable(address)));
  return {};
}

std::unexpected<Error> broken(const CurlHandle& handle, CURLcode code, const Recorder& recorder) {
  std::string message =
      fmt::format("the SMTP dialogue broke at {}: {}", name_of(recorder.stage), handle.error_text(code));
  if (!recorder.transcript.lines.empty())
    message += fmt::format("; the last line was '{}'", printable(recorder.transcript.lines.back().text));
  if (code == CURLE_OPERATION_TIMEDOUT) return timeout_error(std::move(message), handle.place());
  if (code == CURLE_COULDNT_CONNECT) message = fmt::format("nothing answers SMTP: {}", handle.error_text(code));
  return lab_error(std::move(message), handle.place());
}

}  // namespace

std::string_view name_of(SmtpStage stage) {
  static constexpr std::array<std::string_view, 8> kNames{"connect",   "EHLO",    "STARTTLS", "AUTH",
                                                          "MAIL FROM", "RCPT TO", "DATA",     "end of data"};
  return kNames[static_cast<std::size_t>(stage)];
}

Result<SmtpTranscript> send(const SmtpSubmission& submission) {
  if (submission.raw) return send_raw(submission);
  LABCTL_TRY(check(submission));
  Recorder recorder;
  CurlHandle handle("smtp", submission.server, submission.server_name, submission.ca_pem,
                    submission.tls == TlsPolicy::required, submission.tls == TlsPolicy::opportunistic,
                    submission.timeout);
  CURL* curl = handle.get();
  recorder.data = submission.data;
  handle.set_path(submission.helo);
  const std::string from = fmt::format("<{}>", submission.mail_from);
  std::unique_ptr<curl_slist, CurlFree> recipients;
  for (const auto& recipient : submission.rcpt_to)
    recipients.reset(curl_slist_append(recipients.release(), fmt::format("<{}>", recipient).c_str()));
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  // QUIT belongs to the dialogue.
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &on_read);
  curl_easy_setopt(curl, CURLOPT_READDATA, &recorder);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &on_debug);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &recorder);
  if (!submission.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, submission.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, submission.password.c_str());
  }
  const CURLcode code = curl_easy_perform(curl);
  auto& transcript = recorder.transcript;
  if (code == CURLE_OK) return std::move(transcript);
  // A refusal is how the dialogue ended, not a failure to hold it.
  const int kind = transcript.reply.code / 100;
  if (recorder.answered && (kind == 4 || kind == 5)) return std::move(transcript);
  return broken(handle, code, recorder);
}

}  // namespace labctl::mail
