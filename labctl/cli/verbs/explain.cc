#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/mailbox.h"
#include "labctl/cli/verbs.h"
#include "labctl/explain/story.h"
#include "labctl/mail/dialect.h"

namespace labctl::cli {
namespace {

constexpr const char* kLast = "last";

struct ExplainFlags {
  std::string what = kLast;
  std::string address;
  explain::Reading reading;
  bool json = false;
};

Json json_of(const LocalText& text) { return {{"ja", text.ja}, {"en", text.en}}; }

Json json_of(const std::vector<LocalText>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push_back(json_of(text));
  return list;
}

Json json_of(const explain::Story& story) {
  const auto& who = story.identities;
  Json checks = Json::array();
  for (const auto& check : story.checks) {
    Json alignment;
    if (check.alignment) alignment = name_of(*check.alignment);
    checks.push_back({{"method", check.method},
                      {"result", check.result},
                      {"domain", check.domain},
                      {"alignment", std::move(alignment)},
                      {"text", json_of(check.text)}});
  }
  return {{"receiver", story.receiver},
          {"dialect", story.dialect},
          {"identities",
           {{"client_address", who.client_address},
            {"client_name", who.client_name},
            {"helo", who.helo},
            {"mail_from", who.mail_from},
            {"header_from", who.header_from},
            {"dkim_domains", who.dkim_domains}}},
          {"checks", std::move(checks)},
          {"policy", story.policy},
          {"disposition",
           {{"what", story.disposition.what},
            {"cause", story.disposition.cause},
            {"evidence", story.disposition.evidence},
            {"text", json_of(story.disposition.text)}}},
          {"remedies", json_of(story.remedies)},
          {"notes", json_of(story.notes)}};
}

/// When the message came into the mailbox: the date of its topmost Received (RFC 5321 section 4.4). 0: not told.
time_t delivered_at(const mail::Message& message) {
  const auto* field = message.first("Received");
  if (field == nullptr) return 0;
  const std::string value = field->value();
  tm parts{};
  const std::string date(trim(std::string_view(value).substr(value.rfind(';') + 1)));
  if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S %z", &parts) == nullptr) return 0;
  const auto offset = parts.tm_gmtoff;
  return ::timegm(&parts) - offset;
}

/// The newest message of all folders.
Result<mail::Message> newest_message(const Context& context, std::string address) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  if (address.empty()) address = fmt::format("user-a@{}", lab->topology().participants.front().zone);
  LABCTL_ASSIGN(auto mailbox, mailbox_of(*lab, address));
  LABCTL_ASSIGN(const auto folders, mailbox.folders());
  std::optional<mail::Message> newest;
  for (const auto& folder : folders) {
    LABCTL_ASSIGN(const auto uids, mailbox.search(folder, "", ""));
    if (uids.empty()) continue;
    LABCTL_ASSIGN(const auto raw, mailbox.fetch(folder, uids.back()));
    auto message = mail::Message::parse(raw);
    if (!newest || delivered_at(message) > delivered_at(*newest)) newest = std::move(message);
  }
  if (!newest)
    return usage_error(fmt::format("{} has no message", address), {},
                       fmt::format("labctl --lab {} send --to {}", context.lab, address));
  return *std::move(newest);
}

Result<mail::Message> message_of(const Context& context, const ExplainFlags& flags) {
  if (flags.what == kLast) return newest_message(context, flags.address);
  auto text = flags.what == "-" ? read_standard_input() : read_file(flags.what);
  if (!text) {
    text.error().kind = ErrorKind::usage;
    return std::unexpected(text.error());
  }
  return mail::Message::parse(*text);
}

Result<int> explain_it(const Context& context, const ExplainFlags& flags) {
  LABCTL_ASSIGN(const auto message, message_of(context, flags));
  auto story = explain::tell(message, flags.reading);
  if (!story) return std::unexpected(story.error().at(flags.what == "-" ? std::string("standard input") : flags.what));
  if (flags.json)
    print_json(json_of(*story));
  else
    print("{}", explain::to_text(*story, context.language));
  return 0;
}

}  // namespace

Action declare_explain(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<ExplainFlags>();
  std::vector<std::string> dialects;
  for (const auto& dialect : mail::dialects()) dialects.emplace_back(dialect.name);
  app.add_option("message", flags->what, "file of a received message, - for standard input, or last: the newest one")
      ->capture_default_str();
  app.add_option("--address", flags->address, "mailbox of the last one (user-a of the first participant)");
  app.add_option("--receiver", flags->reading.receiver,
                 "authserv-id to believe (the host of the topmost SMTP Received field)");
  app.add_option("--dialect", flags->reading.dialect, "how that receiver writes (guessed)")
      ->check(CLI::IsMember(dialects));
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"receiver\", \"dialect\", \"identities\": {\"client_address\", \"client_name\", \"helo\", "
      "\"mail_from\", \"header_from\", \"dkim_domains\"}, \"checks\": [{\"method\", \"result\", \"domain\", "
      "\"alignment\": null, \"same\", \"organizational\" or \"none\", \"text\": {\"ja\", \"en\"}}], \"policy\", "
      "\"disposition\": {\"what\", \"cause\", \"evidence\": [text], \"text\"}, \"remedies\": [text], \"notes\": "
      "[text]}");
  return [&context, flags] { return explain_it(context, *flags); };
}

}  // namespace labctl::cli
