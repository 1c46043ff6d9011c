#include "labctl/mail/smtp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/mail/curl_handle.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kMostDataLines = 200;  // of a dialogue; a message can be megabytes


/// Follows the dialogue as libcurl reports it.
struct Recorder {
  SmtpTranscript transcript;
  SmtpStage stage = SmtpStage::connect;
  std::string received;      ///< of a reply line that isn't complete yet
  std::string reply_text;    ///< of the lines of a reply so far
  bool in_data = false;
  std::size_t data_lines = 0;
  std::string_view data;
  std::size_t sent = 0;

  void client(std::string_view text) {
    for (auto& line : lines_of(text)) {
      const std::string verb = to_lower(line.substr(0, 4));
      if (verb == "ehlo" || verb == "helo") stage = SmtpStage::ehlo;
      if (verb == "star") stage = SmtpStage::starttls;
      if (verb == "mail") stage = SmtpStage::mail;
      if (verb == "rcpt") stage = SmtpStage::rcpt;
      if (verb == "data") stage = SmtpStage::data;
      if (verb == "auth") {
        stage = SmtpStage::auth;
        line = "AUTH " + (split(line, ' ').size() > 1 ? split(line, ' ')[1] : std::string()) + " …";
      } else if (stage == SmtpStage::auth) {
        line = "…";
      }
      transcript.lines.push_back({SmtpLine::Direction::client, line});
    }
  }

  /// RFC 5321 section 4.2.1: the last line of a reply has a space (or nothing) behind the code.
  void server(std::string_view text) {
    received += text;
    for (auto end = received.find('\n'); end != std::string::npos; end = received.find('\n')) {
      std::string line = received.substr(0, end);
      received.erase(0, end + 1);
      while (line.ends_with('\r')) line.pop_back();
      transcript.lines.push_back({SmtpLine::Direction::server, line});
      if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) continue;
      reply_text += fmt::format("{}{}", reply_text.empty() ? "" : " ", line.substr(std::min<std::size_t>(4, line.size())));
      if (line.size() > 3 && line[3] == '-') continue;
      reply(std::stoi(line.substr(0, 3)));
    }
  }

  void reply(int code) {
    SmtpReply reply{.code = code, .enhanced_code = {}, .text = std::exchange(reply_text, {})};
    const auto first = reply.text.substr(0, reply.text.find(' '));
    // RFC 3463 section 2: class.subject.detail
    if (const auto parts = split(first, '.'); parts.size() == 3 && std::ranges::all_of(first, [](char c) { return is_digit(c) || c == '.'; })) {
      reply.enhanced_code = first;
      reply.text = trim(reply.text.substr(first.size()));
    }
    const bool decided = transcript.stage == SmtpStage::end_of_data || (transcript.reply.code / 100 > 3 && transcript.stage != SmtpStage::ehlo);
    if (decided) return;  // The answer to QUIT changes nothing.
    transcript.stage = stage;
    transcript.reply = std::move(reply);
    if (stage == SmtpStage::starttls && code == 220) transcript.tls = true;
    if (stage == SmtpStage::end_of_data && code / 100 == 2)
      if (const auto at = transcript.reply.text.find("queued as "); at != std::string::npos)
        transcript.queue_id = trim(transcript.reply.text.substr(at + 10));
    if (stage == SmtpStage::data && code == 354) {
      in_data = true;
      stage = SmtpStage::end_of_data;
    }
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
  const auto part = recorder.data.substr(recorder.sent, size * count);
  std::ranges::copy(part, buffer);
  recorder.sent += part.size();
  if (recorder.data_lines == 0)
    for (const auto& line : lines_of(recorder.data)) {
      if (++recorder.data_lines > kMostDataLines) break;
      recorder.transcript.lines.push_back({SmtpLine::Direction::client, line});
    }
  if (part.empty()) recorder.transcript.lines.push_back({SmtpLine::Direction::client, "."});
  return part.size();
}

std::unexpected<Error> broken(const CurlHandle& handle, CURLcode code, const Recorder& recorder) {
  std::string message = fmt::format("the SMTP dialogue broke at {}: {}", name_of(recorder.stage), handle.error_text(code));
  if (!recorder.transcript.lines.empty()) message += fmt::format("; the last line was '{}'", printable(recorder.transcript.lines.back().text));
  if (code == CURLE_OPERATION_TIMEDOUT) return timeout_error(std::move(message), handle.place());
  if (code == CURLE_COULDNT_CONNECT) message = fmt::format("nothing answers SMTP: {}", handle.error_text(code));
  return lab_error(std::move(message), handle.place());
}

}  // namespace

std::string_view name_of(SmtpStage stage) {
  static constexpr std::array<std::string_view, 8> kNames{"connect", "EHLO", "STARTTLS", "AUTH", "MAIL FROM", "RCPT TO", "DATA", "end of data"};
  return kNames[static_cast<std::size_t>(stage)];
}

Result<SmtpTranscript> send(const SmtpSubmission& submission) {
  CurlHandle handle("smtp", submission.server, submission.server_name, submission.ca_pem, submission.tls == TlsPolicy::required,
                    submission.tls == TlsPolicy::opportunistic, submission.timeout);
  CURL* curl = handle.get();
  Recorder recorder;
  recorder.data = submission.data;
  handle.set_path(submission.helo);
  const std::string from = fmt::format("<{}>", submission.mail_from);
  std::unique_ptr<curl_slist, CurlFree> recipients;
  for (const auto& recipient : submission.rcpt_to) recipients.reset(curl_slist_append(recipients.release(), fmt::format("<{}>", recipient).c_str()));
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
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
  if (transcript.reply.code / 100 == 4 || transcript.reply.code / 100 == 5) return std::move(transcript);
  return broken(handle, code, recorder);
}

}  // namespace labctl::mail
