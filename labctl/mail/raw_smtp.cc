#include "labctl/mail/raw_smtp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "labctl/base/deadline.h"
#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kMostRawLines = 500;
constexpr std::size_t kLongestRawLine = 1000;

/// A dialogue over one socket, in lock step until the data, to its end afterwards.
class RawDialogue {
 public:
  RawDialogue(const SmtpSubmission& submission) : submission_(submission), deadline_(submission.timeout) {}

  Result<SmtpTranscript> hold() {
    LABCTL_TRY(connect());
    LABCTL_TRY(read_reply(SmtpStage::connect));
    const std::array<std::pair<SmtpStage, std::string>, 4> commands{
        {{SmtpStage::ehlo, fmt::format("EHLO {}\r\n", submission_.helo)},
         {SmtpStage::mail, fmt::format("MAIL FROM:<{}>\r\n", submission_.mail_from)},
         {SmtpStage::rcpt, fmt::format("RCPT TO:<{}>\r\n", submission_.rcpt_to.front())},
         {SmtpStage::data, "DATA\r\n"}}};
    for (const auto& [stage, command] : commands) {
      if (transcript_.reply.code / 100 > 3) break;
      LABCTL_TRY(say(command));
      LABCTL_TRY(read_reply(stage));
    }
    if (transcript_.stage != SmtpStage::data || transcript_.reply.code != 354) {
      LABCTL_TRY(say("QUIT\r\n"));
      return std::move(transcript_);
    }
    LABCTL_TRY(say(submission_.data + "\r\n.\r\n"));
    LABCTL_TRY(read_reply(SmtpStage::end_of_data));
    LABCTL_TRY(say("QUIT\r\n"));
    // Whatever the server took for commands inside of the data is answered before QUIT is.
    while (transcript_.lines.size() < kMostRawLines) {
      LABCTL_ASSIGN(const auto reply, next_reply());
      if (!reply || reply->code == 221) break;
      take_smuggled(*reply);
    }
    return std::move(transcript_);
  }

 private:
  [[nodiscard]] std::string place() const {
    return fmt::format("{}:{}", submission_.server.address, submission_.server.port);
  }

  Result<void> connect() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(submission_.server.port);
    if (::inet_pton(AF_INET, submission_.server.address.c_str(), &address.sin_addr) != 1)
      return lab_error("the server has no IPv4 address", place());
    LABCTL_ASSIGN(fd_, submission_.server.from->open(AF_INET, SOCK_STREAM));
    ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) | O_NONBLOCK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
    int code = errno;
    if (code == EINPROGRESS) {
      if (!wait_for_events(fd_.get(), POLLOUT, deadline_)) return timeout_error("nothing answers SMTP", place());
      socklen_t size = sizeof code;
      ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &code, &size);
    }
    if (code != 0) return system_error("nothing answers SMTP", code, place());
    return {};
  }

  Result<void> say(std::string_view text) {
    for (const auto& line : lines_of(text))
      if (transcript_.lines.size() < kMostRawLines)
        transcript_.lines.push_back({SmtpLine::Direction::client, line.substr(0, kLongestRawLine)});
    while (!text.empty()) {
      if (!wait_for_events(fd_.get(), POLLOUT, deadline_)) return timeout_error("the server takes no more", place());
      const auto count = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) {
        // A server that has hung up may have said why.
        if (errno == EPIPE || errno == ECONNRESET) return {};
        return system_error("the connection broke", errno, place());
      }
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  /// None at the end of the connection.
  Result<std::optional<std::string>> next_line() {
    while (true) {
      if (const auto end = received_.find('\n'); end != std::string::npos) {
        std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        if (line.ends_with('\r')) line.pop_back();
        return line;
      }
      if (received_.size() > kLongestRawLine * 16) return lab_error("the server's line has no end", place());
      if (deadline_.passed() || !wait_for_events(fd_.get(), POLLIN, deadline_))
        return timeout_error("the server does not answer", place());
      std::array<char, 4096> buffer{};
      const auto count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (count == 0 || (count < 0 && errno == ECONNRESET)) return std::nullopt;
      if (count < 0 && errno != EAGAIN && errno != EINTR) return system_error("the connection broke", errno, place());
      if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  Result<std::optional<SmtpReply>> next_reply() {
    SmtpReply reply;
    while (transcript_.lines.size() < kMostRawLines) {
      LABCTL_ASSIGN(const auto line, next_line());
      if (!line) return std::nullopt;
      transcript_.lines.push_back({SmtpLine::Direction::server, line->substr(0, kLongestRawLine)});
      if (line->size() < 3) continue;
      std::from_chars(line->data(), line->data() + 3, reply.code);
      std::string_view text = std::string_view(*line).substr(std::min<std::size_t>(4, line->size()));
      const auto word = text.substr(0, text.find(' '));
      if (split(word, '.').size() == 3 && is_digit(word.front())) {
        reply.enhanced_code = word;
        text = trim(text.substr(word.size()));
      }
      reply.text += fmt::format("{}{}", reply.text.empty() ? "" : " ", text);
      if (line->size() == 3 || (*line)[3] != '-') return reply;
    }
    return std::nullopt;
  }

  Result<void> read_reply(SmtpStage stage) {
    LABCTL_ASSIGN(auto reply, next_reply());
    if (!reply) return lab_error(fmt::format("the server closed the connection at {}", name_of(stage)), place());
    transcript_.stage = stage;
    transcript_.reply = *std::move(reply);
    take_queue_id(transcript_.reply);
    return {};
  }

  void take_queue_id(const SmtpReply& reply) {
    constexpr std::string_view kQueued = "queued as ";
    const auto at = reply.text.find(kQueued);
    if (reply.code / 100 != 2 || at == std::string::npos) return;
    const auto id = std::string_view(reply.text).substr(at + kQueued.size());
    transcript_.queue_id = id.substr(0, id.find(' '));
  }

  /// A second message's end, or its refusal behind a 354, is the dialogue's; what answers MAIL and RCPT is not.
  void take_smuggled(const SmtpReply& reply) {
    const bool ends = in_smuggled_data_ || reply.text.find("queued as") != std::string::npos;
    in_smuggled_data_ = reply.code == 354;
    if (!ends || reply.code == 354) return;
    transcript_.reply = reply;
    transcript_.stage = SmtpStage::end_of_data;
    take_queue_id(reply);
  }

  const SmtpSubmission& submission_;
  Deadline deadline_;
  FileDescriptor fd_;
  std::string received_;
  bool in_smuggled_data_ = false;
  SmtpTranscript transcript_;
};

}  // namespace

Result<SmtpTranscript> send_raw(const SmtpSubmission& submission) {
  if (submission.rcpt_to.empty()) return usage_error("the message has no recipient");
  return RawDialogue(submission).hold();
}

}  // namespace labctl::mail
