#include <fmt/format.h>

#include <limits>

#include "labctl/base/base64.h"
#include "labctl/base/text.h"
#include "labctl/evidence/evidence.h"

namespace labctl::evidence {
namespace {

/// Thrown and caught in this file only: what is wrong, and at which member.
struct BadMember {
  std::string path;
  std::string what;
};

/// One place in the JSON text, with the path that leads there.
class Cursor {
 public:
  Cursor(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  [[nodiscard]] Cursor at(const char* key) const {
    if (!json_.is_object()) throw BadMember{path_, "is no object"};
    const auto found = json_.find(key);
    const std::string path = path_.empty() ? key : fmt::format("{}.{}", path_, key);
    if (found == json_.end()) throw BadMember{path, "is missing"};
    return {*found, path};
  }

  [[nodiscard]] bool is_null() const { return json_.is_null(); }

  [[nodiscard]] std::string text() const {
    if (json_.is_string()) return json_.get<std::string>();
    if (json_.is_object() && json_.size() == 1 && json_.contains("base64") && json_["base64"].is_string())
      if (auto bytes = from_base64(json_["base64"].get_ref<const std::string&>())) return *std::move(bytes);
    throw BadMember{path_, "is no text"};
  }

  [[nodiscard]] bool flag() const {
    if (!json_.is_boolean()) throw BadMember{path_, "is not true or false"};
    return json_.get<bool>();
  }

  [[nodiscard]] double number() const {
    if (!json_.is_number()) throw BadMember{path_, "is no number"};
    return json_.get<double>();
  }

  template <class T>
  [[nodiscard]] T integer() const {
    if (!json_.is_number_integer()) throw BadMember{path_, "is no integer"};
    const auto value = json_.get<std::int64_t>();
    if (value < static_cast<std::int64_t>(std::numeric_limits<T>::min()) ||
        value > static_cast<std::int64_t>(std::numeric_limits<T>::max()))
      throw BadMember{path_, "is out of range"};
    return static_cast<T>(value);
  }

  template <class Convert>
  [[nodiscard]] auto list(Convert convert) const {
    if (!json_.is_array()) throw BadMember{path_, "is no array"};
    std::vector<decltype(convert(*this))> items;
    for (std::size_t i = 0; i < json_.size(); ++i)
      items.push_back(convert(Cursor(json_[i], fmt::format("{}[{}]", path_, i))));
    return items;
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    return list([](const Cursor& item) { return item.text(); });
  }

  template <class Convert>
  [[nodiscard]] auto optional(Convert convert) const -> std::optional<decltype(convert(*this))> {
    if (is_null()) return std::nullopt;
    return convert(*this);
  }

  [[noreturn]] void refuse(std::string what) const { throw BadMember{path_, std::move(what)}; }

 private:
  const Json& json_;
  std::string path_;
};

mail::SmtpReply reply(const Cursor& json) {
  return {json.at("code").integer<int>(), json.at("enhanced_code").text(), json.at("text").text()};
}

mail::SmtpStage stage(const Cursor& json) {
  const std::string name = json.text();
  for (int i = 0; i <= static_cast<int>(mail::SmtpStage::end_of_data); ++i)
    if (mail::name_of(static_cast<mail::SmtpStage>(i)) == name) return static_cast<mail::SmtpStage>(i);
  json.refuse("is no stage of an SMTP dialogue");
}

mail::SmtpLine line(const Cursor& json) {
  using Direction = mail::SmtpLine::Direction;
  const std::string from = json.at("from").text();
  if (from != "client" && from != "server") json.at("from").refuse("is neither client nor server");
  return {from == "client" ? Direction::client : Direction::server, json.at("text").text()};
}

mail::SmtpTranscript dialogue(const Cursor& json) {
  return {.lines = json.at("lines").list(line),
          .stage = stage(json.at("stage")),
          .reply = reply(json.at("reply")),
          .tls = json.at("tls").flag(),
          .queue_id = json.at("queue_id").text()};
}

StoredMessage stored(const Cursor& json) {
  return {json.at("folder").text(), json.at("uid").integer<std::uint32_t>(), json.at("raw").text()};
}

MailSeen mail_seen(const Cursor& json) {
  return {.token = json.at("token").text(),
          .from_host = json.at("from_host").text(),
          .client_address = json.at("client_address").text(),
          .helo = json.at("helo").text(),
          .mail_from = json.at("mail_from").text(),
          .rcpt_to = json.at("rcpt_to").text(),
          .header_from = json.at("header_from").text(),
          .receiver = json.at("receiver").text(),
          .authserv_id = json.at("authserv_id").text(),
          .dialect = json.at("dialect").text(),
          .dialogue = json.at("dialogue").optional(dialogue),
          .receiver_queue_id = json.at("receiver_queue_id").text(),
          .receiver_reply = json.at("receiver_reply").optional(reply),
          .stored = json.at("stored").optional(stored),
          .searched_everywhere = json.at("searched_everywhere").flag(),
          .receiver_log = json.at("receiver_log").texts(),
          .filter_log = json.at("filter_log").texts(),
          .intermediary_log = json.at("intermediary_log").texts(),
          .dns_trouble = json.at("dns_trouble").text()};
}

dns::Record record(const Cursor& json) {
  return {json.at("owner").text(), json.at("ttl").integer<std::uint32_t>(), json.at("type").text(),
          json.at("rdata").text()};
}

dns::Answer answer(const Cursor& json) {
  return {.name = json.at("name").text(),
          .type = json.at("type").text(),
          .rcode = json.at("rcode").text(),
          .authoritative = json.at("authoritative").flag(),
          .records = json.at("records").list(record),
          .negative_ttl = json.at("negative_ttl").integer<std::uint32_t>()};
}

RecordsSeen records_seen(const Cursor& json) {
  return {.server = json.at("server").text(),
          .zone = json.at("zone").text(),
          .serial = json.at("serial").integer<std::uint32_t>(),
          .answers = json.at("answers").list(answer)};
}

ZoneEdited zone_edited(const Cursor& json) {
  return {.zone = json.at("zone").text(),
          .diff = json.at("diff").text(),
          .serial_before = json.at("serial_before").integer<std::uint32_t>(),
          .serial_after = json.at("serial_after").integer<std::uint32_t>(),
          .authority = records_seen(json.at("authority")),
          .resolver = records_seen(json.at("resolver"))};
}

CommandSeen command_seen(const Cursor& json) {
  return {.host = json.at("host").text(),
          .argv = json.at("argv").texts(),
          .exit_status = json.at("exit_status").integer<int>(),
          .output = json.at("output").text()};
}

DayFlow day_flow(const Cursor& json) {
  return {.kind = json.at("kind").text(),
          .title = {.ja = json.at("title").at("ja").text(), .en = json.at("title").at("en").text()},
          .spoofed = json.at("spoofed").flag(),
          .mails = json.at("mails").list(mail_seen)};
}

DaySeen day_seen(const Cursor& json) { return {.flows = json.at("flows").list(day_flow)}; }

Seen seen(const Cursor& json) {
  const std::string kind = json.at("kind").text();
  const Cursor body = json.at("seen");
  if (kind == "nothing") return Nothing{};
  if (kind == "mail") return mail_seen(body);
  if (kind == "records") return records_seen(body);
  if (kind == "zone") return zone_edited(body);
  if (kind == "command") return command_seen(body);
  if (kind == "day") return day_seen(body);
  json.at("kind").refuse("is no kind of evidence");
}

Trouble trouble(const Cursor& json) {
  return {json.at("culprit").text(), json.at("message").text(), json.at("hint").text()};
}

}  // namespace

Result<StepEvidence> from_json(const Json& json) {
  try {
    const Cursor root(json, "");
    return StepEvidence{.scenario = root.at("scenario").text(),
                        .step = root.at("step").text(),
                        .participant = root.at("participant").text(),
                        .as = root.at("as").text(),
                        .began = root.at("began").text(),
                        .seconds = root.at("seconds").number(),
                        .seen = seen(root),
                        .trouble = root.at("trouble").optional(trouble),
                        .missing = root.at("missing").optional([](const Cursor& text) { return text.text(); })};
  } catch (const BadMember& bad) {
    return usage_error(fmt::format("this is no evidence: '{}' {}", bad.path, bad.what));
  } catch (const Json::exception& error) {
    return usage_error(fmt::format("this is no evidence: {}", error.what()));
  }
}

}  // namespace labctl::evidence
