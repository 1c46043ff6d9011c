#include "labctl/mail/smtp_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "labctl/base/text.h"
#include "labctl/mail/curl_handle.h"
#include "labctl/mail/smtp_recorder.h"

namespace labctl::mail {
namespace {

/// Milliseconds for a last word to a server that may be gone.
constexpr long kFarewell = 200;

int on_debug(CURL*, curl_infotype type, char* text, std::size_t size, void* user) {
  auto& recorder = *static_cast<SmtpRecorder*>(user);
  const std::string_view content(text, size);
  if (type == CURLINFO_HEADER_OUT) recorder.client(content);
  if (type == CURLINFO_HEADER_IN) recorder.server(content);
  return 0;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  const auto part = static_cast<SmtpRecorder*>(user)->read(size * count);
  std::ranges::copy(part, buffer);
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

std::unexpected<Error> broken(const CurlHandle& handle, CURLcode code, SmtpRecorder& recorder) {
  std::string message =
      fmt::format("the SMTP dialogue broke at {}: {}", name_of(recorder.stage()), handle.error_text(code));
  if (const auto& lines = recorder.transcript().lines; !lines.empty())
    message += fmt::format("; the last line was '{}'", printable(lines.back().text));
  if (code == CURLE_OPERATION_TIMEDOUT) return timeout_error(std::move(message), handle.place());
  if (code == CURLE_COULDNT_CONNECT) message = fmt::format("nothing answers SMTP: {}", handle.error_text(code));
  return lab_error(std::move(message), handle.place());
}

}  // namespace

struct SmtpConnection::Impl {
  explicit Impl(const SmtpSubmission& like)
      : handle("smtp", like.server, like.server_name, like.ca_pem, like.tls == TlsPolicy::required,
               like.tls == TlsPolicy::opportunistic, like.timeout) {
    CURL* curl = handle.get();
    handle.set_path(like.helo);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &on_read);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &on_debug);
    if (!like.user.empty()) {
      curl_easy_setopt(curl, CURLOPT_USERNAME, like.user.c_str());
      curl_easy_setopt(curl, CURLOPT_PASSWORD, like.password.c_str());
    }
  }

  SmtpRecorder recorder;  ///< of the last message
  CurlHandle handle;
  bool open = false;
};

SmtpConnection::SmtpConnection(const SmtpSubmission& like) : impl_(std::make_unique<Impl>(like)) {}
SmtpConnection::~SmtpConnection() = default;

Result<SmtpTranscript> SmtpConnection::send(const SmtpSubmission& submission, After after) {
  LABCTL_TRY(check(submission));
  auto& [recorder, handle, open] = *impl_;
  CURL* curl = handle.get();
  const bool was_open = std::exchange(open, false);
  recorder = was_open ? SmtpRecorder(submission.data, recorder) : SmtpRecorder(submission.data);
  const std::string from = fmt::format("<{}>", submission.mail_from);
  std::unique_ptr<curl_slist, CurlFree> recipients;
  for (const auto& recipient : submission.rcpt_to)
    recipients.reset(curl_slist_append(recipients.release(), fmt::format("<{}>", recipient).c_str()));
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_READDATA, &recorder);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &recorder);
  // QUIT belongs to the dialogue.
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, after == After::quit ? 1L : 0L);
  const CURLcode code = curl_easy_perform(curl);
  const auto& transcript = recorder.transcript();
  if (code == CURLE_OK) {
    open = after == After::stay && transcript.accepted();
    return transcript;
  }
  // A refusal is how the dialogue ended, not a failure to hold it.
  const int kind = transcript.reply.code / 100;
  if (recorder.answered() && (kind == 4 || kind == 5)) return transcript;
  // A connection that the server gave up meanwhile; it has not had the message.
  if (was_open && code != CURLE_OPERATION_TIMEDOUT && recorder.stage() < SmtpStage::end_of_data)
    return send(submission, after);
  return broken(handle, code, recorder);
}

bool SmtpConnection::is_open() const { return impl_->open; }

void SmtpConnection::quit() {
  if (!std::exchange(impl_->open, false)) return;
  // curl says QUIT behind a request only, and a farewell that it says by itself waits two minutes for an answer.
  CURL* curl = impl_->handle.get();
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 0L);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 0L);
  curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, nullptr);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kFarewell);
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
  curl_easy_perform(curl);
}

}  // namespace labctl::mail
