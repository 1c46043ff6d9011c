#include "labctl/scenario/steps/written_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "labctl/base/text.h"
#include "labctl/dkim/signature.h"
#include "labctl/scenario/lesson_keys.h"
#include "labctl/scenario/steps/tools.h"

namespace labctl::scenario {
namespace {

using config::bad_value;
using config::Type;

constexpr std::array<config::Key, 11> kSignKeys{{
    {.name = "key", .required = true, .summary = "name of a key in mail-samples/keys"},
    {.name = "selector", .required = true, .summary = "s="},
    {.name = "domain", .required = true, .summary = "d="},
    {.name = "identity", .summary = "i="},
    {.name = "canonical", .summary = "c=: \"relaxed/relaxed\" when it is missing"},
    {.name = "headers", .types = static_cast<unsigned>(Type::array), .summary = "h=, a name for each instance"},
    {.name = "length", .types = static_cast<unsigned>(Type::boolean), .summary = "with l="},
    {.name = "made", .types = static_cast<unsigned>(Type::integer), .summary = "t=, seconds from now"},
    {.name = "ends", .types = static_cast<unsigned>(Type::integer), .summary = "x=, seconds from now"},
    {.name = "twice",
     .types = static_cast<unsigned>(Type::array),
     .summary = "names in h= once more than there are: what is added later breaks the signature"},
    {.name = "field", .summary = "text that takes the place of d= in the written field, as it goes over the wire"},
}};

constexpr std::array<config::Key, 5> kAlterKeys{{
    {.name = "append", .summary = "line at the end of the body"},
    {.name = "subject", .summary = "another Subject"},
    {.name = "from", .summary = "another From"},
    {.name = "spaces", .types = static_cast<unsigned>(Type::boolean), .summary = "white space at line ends"},
    {.name = "fields", .types = static_cast<unsigned>(Type::array), .summary = "header fields above the others"},
}};

constexpr std::array<std::string_view, 6> kSigned{"From", "To", "Subject", "Date", "Message-ID", "MIME-Version"};

std::optional<dkim::Canonicalization> canonicalization(std::string_view word) {
  if (word == "relaxed") return dkim::Canonicalization::relaxed;
  if (word == "simple") return dkim::Canonicalization::simple;
  return std::nullopt;
}

Result<void> check_signature(const config::Value& sign) {
  LABCTL_TRY(config::check_type(sign, static_cast<unsigned>(Type::table), "sign"));
  LABCTL_TRY(config::check_table(sign, kSignKeys, "sign"));
  LABCTL_TRY(check_texts(sign, "headers"));
  LABCTL_TRY(check_texts(sign, "twice"));
  const auto key = lesson_key(sign.text_of("key"));
  if (!key) return bad_value(sign.find("key")->at, key.error().message, key.error().hint);
  if (const auto* how = sign.find("canonical")) {
    const auto parts = split(how->text, '/');
    if (parts.size() != 2 || !canonicalization(parts[0]) || !canonicalization(parts[1]))
      return bad_value(how->at, fmt::format("'{}' is no canonicalization", printable(how->text)),
                       "header/body, each \"simple\" or \"relaxed\": \"relaxed/simple\"");
  }
  return {};
}

Result<std::string> signature(const mail::Message& message, const config::Value& sign, Clock& clock) {
  const auto parts = split(sign.text_of("canonical", "relaxed/relaxed"), '/');
  dkim::SignatureOrder order{.domain = sign.text_of("field", sign.text_of("domain")),
                             .selector = sign.text_of("selector"),
                             .identity = sign.text_of("identity"),
                             .header = *canonicalization(parts[0]),
                             .body = *canonicalization(parts[1]),
                             .headers = texts_of(sign, "headers"),
                             .length = sign.find("length") != nullptr && sign.find("length")->boolean};
  if (order.headers.empty()) order.headers.assign(kSigned.begin(), kSigned.end());
  for (const auto& name : texts_of(sign, "twice")) order.headers.push_back(name);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
  if (const auto* made = sign.find("made")) order.made = now + made->integer;
  if (const auto* ends = sign.find("ends")) order.ends = now + ends->integer;
  LABCTL_ASSIGN(const auto key, lesson_key(sign.text_of("key")));
  return dkim::sign(message, order, key);
}

/// Fields as the scenario has them, put above a header.
std::string above(const config::Value& table) {
  std::string text;
  for (const auto& field : texts_of(table, "fields")) text += field + "\r\n";
  return text;
}

std::string with_field(const std::string& header, std::string_view name, const std::string& value) {
  std::string made;
  for (const auto& line : lines_of(header))
    made += (line.starts_with(fmt::format("{}:", name)) ? fmt::format("{}: {}", name, value) : line) + "\r\n";
  return made;
}

void alter(const config::Value& how, std::string& header, std::string& body) {
  if (const auto* subject = how.find("subject")) header = with_field(header, "Subject", subject->text);
  if (const auto* from = how.find("from")) header = with_field(header, "From", from->text);
  header = above(how) + header;
  if (const auto* spaces = how.find("spaces"); spaces != nullptr && spaces->boolean) {
    std::string spaced;
    for (const auto& line : lines_of(body)) spaced += line + (line.empty() ? "\r\n" : "  \r\n");
    body = spaced;
  }
  if (const auto* line = how.find("append")) body += line->text + "\r\n";
}

}  // namespace

Result<void> check_written(const config::Value& keys) {
  for (const auto* name : {"fields", "no_fields", "sign"}) {
    const auto* array = keys.find(name);
    if (array == nullptr) continue;
    for (const auto& item : array->items)
      if (std::string_view(name) == "sign") {
        LABCTL_TRY(check_signature(item));
      } else {
        LABCTL_TRY(config::check_type(item, static_cast<unsigned>(Type::string), name));
      }
  }
  if (const auto* how = keys.find("alter")) {
    LABCTL_TRY(config::check_table(*how, kAlterKeys, "alter"));
    LABCTL_TRY(check_texts(*how, "fields"));
  }
  return {};
}

Result<std::string> written_message(const config::Value& keys, const std::string& token, Clock& clock) {
  const std::string from = keys.text_of("from", keys.text_of("mail_from"));
  LABCTL_ASSIGN(auto message,
                mail::compose("From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: {message_id}\n"
                              "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nX-Labctl-Token: {token}\n\n"
                              "{body}\n",
                              {{"from", from},
                               {"to", keys.text_of("to", keys.text_of("rcpt_to"))},
                               {"subject", keys.text_of("subject", "lesson")},
                               {"body", keys.text_of("body", "A message of a lesson.")},
                               {"token", token}},
                              "message"));
  const std::string plain = message.to_string();
  const auto end = plain.find("\r\n\r\n") + 2;
  std::string header = plain.substr(0, end);
  std::string body = plain.substr(end + 2);
  const auto without = texts_of(keys, "no_fields");
  if (!without.empty()) {
    std::string kept;
    for (const auto& line : lines_of(header))
      if (std::ranges::none_of(without, [&](const std::string& name) { return line.starts_with(name + ":"); }))
        kept += line + "\r\n";
    header = kept;
  }
  header = above(keys) + header;
  if (const auto* signs = keys.find("sign"))
    for (const auto& sign : signs->items) {
      LABCTL_ASSIGN(const auto made, signature(mail::Message::parse(header + "\r\n" + body), sign, clock));
      header = fmt::format("DKIM-Signature: {}\r\n{}", made, header);
    }
  if (const auto* how = keys.find("alter")) alter(*how, header, body);
  return header + "\r\n" + body;
}

}  // namespace labctl::scenario
