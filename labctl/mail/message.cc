#include "labctl/mail/message.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>

#include "labctl/base/clock.h"
#include "labctl/base/text.h"
#include "labctl/mail/address.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

/// A field name: printable ASCII but colon (RFC 5322 section 2.2).
bool is_field_name(std::string_view name) {
  if (name.empty()) return false;
  for (const char c : name)
    if (c < 33 || c > 126) return false;
  return true;
}

}  // namespace

std::string HeaderField::value() const { return std::string(trim(unfolded(raw))); }

Message Message::parse(std::string_view text) {
  Message message;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
    auto content = line;
    if (content.ends_with('\n')) {
      content.remove_suffix(1);
      if (content.ends_with('\r')) content.remove_suffix(1);
    }
    if (content.empty() && line.ends_with('\n')) {
      text.remove_prefix(line.size());
      message.body_ = text;
      return message;
    }
    const bool folded = content.starts_with(' ') || content.starts_with('\t');
    const auto colon = content.find(':');
    if (folded && !message.fields_.empty()) {
      message.fields_.back().raw += fmt::format("\n{}", content);
    } else if (!folded && colon != std::string_view::npos && is_field_name(trim(content.substr(0, colon)))) {
      message.fields_.push_back({std::string(content.substr(0, colon)), std::string(content.substr(colon + 1))});
    } else {
      // No header field: the body begins without an empty line.
      message.body_ = text;
      return message;
    }
    text.remove_prefix(line.size());
  }
  return message;
}

const HeaderField* Message::first(std::string_view name) const {
  for (const auto& field : fields_)
    if (equal_ignoring_case(trim(field.name), name)) return &field;
  return nullptr;
}

std::vector<const HeaderField*> Message::all(std::string_view name) const {
  std::vector<const HeaderField*> found;
  for (const auto& field : fields_)
    if (equal_ignoring_case(trim(field.name), name)) found.push_back(&field);
  return found;
}

void Message::prepend(std::string_view name, std::string_view value) {
  fields_.insert(fields_.begin(), {std::string(name), fmt::format(" {}", value)});
}

std::string Message::to_string() const {
  std::string text;
  text.reserve(body_.size() + body_.size() / 32);
  for (const auto& field : fields_) {
    text += field.name + ":";
    // Each LF of a field is a fold of its own; a CR before it is one that the field holds.
    for (const char c : field.raw) text += c == '\n' ? std::string_view("\r\n") : std::string_view(&c, 1);
    text += "\r\n";
  }
  text += "\r\n";
  for (std::size_t at = 0; at < body_.size(); ++at) {
    if (body_[at] == '\n' && (at == 0 || body_[at - 1] != '\r')) text += '\r';
    text += body_[at];
  }
  return text;
}

std::string new_token() {
  std::array<unsigned char, 16> random{};
  while (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
  }
  return fmt::format("{:02x}", fmt::join(random, ""));
}

Result<Message> compose(std::string_view sample_text, const Placeholders& values, std::string_view file) {
  Placeholders all = values;
  const auto now = std::chrono::system_clock::to_time_t(real_clock().wall());
  all.try_emplace("token", new_token());
  // RFC 5322 section 3.3
  all.try_emplace("date", fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(now)));
  const auto from = all.find("from");
  const auto address = from == all.end() ? std::nullopt : first_address(from->second);
  const std::string domain(address ? domain_of(*address) : "labctl.invalid");
  // RFC 5322 section 3.6.4; not the token, which no other field shall carry.
  all.try_emplace("message_id", fmt::format("<{}@{}>", new_token(), domain));
  LABCTL_ASSIGN(const auto text, fill(sample_text, all, file));
  Message message = Message::parse(text);
  if (message.fields().empty()) return usage_error("the message has no header", std::string(file));
  if (message.first(kTokenHeader) == nullptr) message.prepend(kTokenHeader, all.at("token"));
  return message;
}

}  // namespace labctl::mail
