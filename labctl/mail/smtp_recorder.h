#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "labctl/mail/smtp.h"

namespace labctl::mail {

/// Makes the transcript of one message's dialogue out of what libcurl says and hears.
class SmtpRecorder {
 public:
  /// @param data the message; outlives the recorder.
  explicit SmtpRecorder(std::string_view data = {}) : data_(data) {}

  /// Of a message on a connection that has carried another, `opened`: its dialogue begins as the connection did.
  SmtpRecorder(std::string_view data, const SmtpRecorder& opened);

  void client(std::string_view text);
  void server(std::string_view text);
  /// The next octets of the message, at most `most`.
  std::string_view read(std::size_t most);

  /// The server has replied to what was said last.
  [[nodiscard]] bool answered() const { return answered_; }
  /// What the client said last.
  [[nodiscard]] SmtpStage stage() const { return stage_; }
  SmtpTranscript& transcript() { return transcript_; }

 private:
  /// Of a connection that turned out to be a new one after all, nothing is known yet.
  void begin(bool with_mail);
  void say(SmtpLine::Direction direction, std::string_view line);
  void server_line(std::string_view line);
  void decide(SmtpReply whole);
  void tell_data();

  SmtpTranscript transcript_;
  std::size_t opening_ = 0;  ///< lines before the first MAIL
  bool borrowed_ = false;    ///< the opening is another message's, and nothing has been said since
  SmtpStage stage_ = SmtpStage::connect;
  bool answered_ = false;
  bool leaving_ = false;           ///< QUIT was said: what the server answers changes nothing
  bool asked_for_secret_ = false;  ///< the next line is the client's answer to a 334
  std::string received_;           ///< of a reply line that isn't complete yet
  SmtpReply reply_;                ///< of the lines so far
  std::string_view data_;
  std::size_t sent_ = 0;
  bool data_told_ = false;
};

}  // namespace labctl::mail
