#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/placeholders.h"

namespace labctl::mail {

/// One header field as it stands in the message (RFC 5322 section 2.2).
struct HeaderField {
  std::string name;  ///< as written
  std::string raw;   ///< the body after the colon, folding and comments kept, without the last line end
  /// Unfolded, surrounding white space removed (RFC 5322 section 2.2.3).
  [[nodiscard]] std::string value() const;
};

/// A message. Any bytes can be parsed; lossless but for line ends (CRLF on output) and for the empty line between
/// header and body, which output always has.
class Message {
 public:
  static Message parse(std::string_view text);

  [[nodiscard]] const std::vector<HeaderField>& fields() const { return fields_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] const HeaderField* first(std::string_view name) const;
  [[nodiscard]] std::vector<const HeaderField*> all(std::string_view name) const;
  /// Adds a field above the others.
  void prepend(std::string_view name, std::string_view value);
  void set_body(std::string body) { body_ = std::move(body); }
  /// With CRLF line ends.
  [[nodiscard]] std::string to_string() const;

 private:
  std::vector<HeaderField> fields_;
  std::string body_;
};

/// Header that carries the unguessable token of one attempt.
inline constexpr const char* kTokenHeader = "X-Labctl-Token";

/// 128 bits from the kernel's random source, as hexadecimal digits.
std::string new_token();

/// A sample of mail-samples/ with its placeholders filled: {from} {to} {subject} {date} {message_id} {token} … Values
/// that the caller doesn't give get defaults (date: `now` in RFC 5322 form, message_id, token).
Result<Message> compose(std::string_view sample_text, const Placeholders& values, std::string_view file);

}  // namespace labctl::mail
