#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/values.h"
#include "labctl/topology/intermediary.h"

namespace labctl::cli {
namespace {

struct SendFlags {
  lab::MailOrder order{.from_host = "rogue-mailer"};
  std::string from;
  std::string subject = "test";
  std::string sample = "spoofed";
  std::string file;
  bool dialogue = false;
  bool json = false;
};

std::string_view name_of(mail::SmtpLine::Direction direction) {
  return direction == mail::SmtpLine::Direction::client ? "client" : "server";
}

Json json_of(const evidence::MailSeen& seen) {
  Json dialogue = Json::array();
  if (seen.dialogue)
    for (const auto& line : seen.dialogue->lines)
      dialogue.push_back({{"from", name_of(line.direction)}, {"text", printable(line.text)}});
  Json stored;
  if (seen.stored) stored = {{"folder", seen.stored->folder}, {"uid", seen.stored->uid}};
  Json reply;
  if (seen.receiver_reply)
    reply = {{"code", seen.receiver_reply->code},
             {"enhanced_code", seen.receiver_reply->enhanced_code},
             {"text", printable(seen.receiver_reply->text)}};
  const auto found = scenario::attribution_of(seen);
  Json says = Json::array();
  for (const auto& line : found.evidence) says.push_back(printable(line));
  return {{"token", seen.token},
          {"from_host", seen.from_host},
          {"mail_from", seen.mail_from},
          {"rcpt_to", seen.rcpt_to},
          {"receiver", seen.receiver},
          {"reply", std::move(reply)},
          {"stored", std::move(stored)},
          {"because", {{"cause", printable(found.cause)}, {"evidence", std::move(says)}}},
          {"dialogue", std::move(dialogue)}};
}

void print_text(const evidence::MailSeen& seen, bool dialogue) {
  if (dialogue && seen.dialogue)
    for (const auto& line : seen.dialogue->lines)
      print("{}{}\n", line.direction == mail::SmtpLine::Direction::client ? "" : "    ", printable(line.text));
  if (seen.stored)
    print("stored in {} (uid {}) of {} at {}\n", seen.stored->folder, seen.stored->uid, seen.rcpt_to, seen.receiver);
  else if (seen.receiver_reply)
    print("not stored; {} answered: {}\n", seen.receiver, scenario::reply_text(seen.receiver_reply));
  else if (seen.dialogue)
    print("not stored; it came no further than the first server, which answered: {}\n",
          scenario::reply_text(seen.dialogue->reply));
  else
    print("not stored\n");
  const auto found = scenario::attribution_of(seen);
  if (found.cause == "nothing" || found.cause == "unknown") return;
  print("because of: {}\n", printable(found.cause));
  for (const auto& line : found.evidence) print("  {}\n", printable(line));
}

/// The text of the file or the sample that is to be sent.
Result<std::pair<std::string, std::string>> template_of(const SendFlags& flags) {
  std::string path = flags.file;
  if (path.empty()) {
    std::vector<std::string> known;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() + "/mail-samples", code))
      if (entry.path().extension() == ".eml") known.push_back(entry.path().stem());
    std::ranges::sort(known);
    if (std::ranges::find(known, flags.sample) == known.end()) {
      const auto meant = nearest(flags.sample, known);
      return usage_error(fmt::format("there is no mail sample '{}'", printable(flags.sample)), {},
                         meant ? fmt::format("did you mean '{}'?", *meant)
                               : fmt::format("known: {}; --file takes a path", join(known, ", ")));
    }
    path = fmt::format("{}/mail-samples/{}.eml", data_directory(), flags.sample);
  }
  auto text = read_file(path);
  if (!text) return usage_error(text.error().message, path, text.error().hint);
  return std::pair{std::move(path), *std::move(text)};
}

Result<void> check_recipient(const topology::Topology& topology, const lab::MailOrder& order) {
  const bool says_where = !order.reaches.empty();
  if (const auto known = topology::check_reach(topology, mail::domain_of(order.rcpt_to), says_where); !known)
    return usage_error(known.error().message, {},
                       says_where
                           ? "leave --reaches out"
                           : fmt::format("--reaches {}@{}", topology::kUserB, topology.participants.front().zone));
  return check_mailbox(topology, says_where ? order.reaches : order.rcpt_to);
}

Result<int> send(const Context& context, SendFlags flags) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  auto& order = flags.order;
  LABCTL_TRY(check_recipient(lab->topology(), order));
  LABCTL_TRY(lab->host(order.from_host));
  if (flags.from.empty()) flags.from = order.rcpt_to;
  if (order.mail_from.empty()) order.mail_from = flags.from;
  if (order.mail_from == "<>") order.mail_from.clear();
  LABCTL_ASSIGN(const auto found, template_of(flags));
  const auto& [path, text] = found;
  order.token = mail::new_token();
  // A sample may name the hosts of the participant who gets it.
  Placeholders values;
  for (const auto& participant : lab->topology().participants)
    if (equal_ignoring_case(mail::domain_of(order.reaches.empty() ? order.rcpt_to : order.reaches), participant.zone))
      values = scenario::values_of(lab->topology(), participant);
  values["from"] = flags.from;
  values["to"] = order.rcpt_to;
  values["subject"] = flags.subject;
  values["token"] = order.token;
  LABCTL_ASSIGN(const auto message, mail::compose(text, values, path));
  order.message = message.to_string();
  LABCTL_ASSIGN(const auto seen, lab->ports(context.stop).mail.deliver(order));
  if (flags.json)
    print_json(json_of(seen));
  else
    print_text(seen, flags.dialogue);
  return 0;
}

}  // namespace

Action declare_send(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<SendFlags>();
  app.add_option("--from-host", flags->order.from_host, "host that the mail comes from")->capture_default_str();
  app.add_option("--helo", flags->order.helo, "EHLO name (the host's own)");
  app.add_option("--mail-from", flags->order.mail_from, "envelope From (as --from; <> is the null reverse-path)");
  app.add_option("--from", flags->from, "header From (as --to)");
  app.add_option("--to", flags->order.rcpt_to, "recipient")->required();
  app.add_option("--reaches", flags->order.reaches, "mailbox that a forwarder or a list brings it to");
  app.add_option("--subject", flags->subject, "subject")->capture_default_str();
  app.add_option("--sample", flags->sample, "message of mail-samples/")->capture_default_str();
  app.add_option("--file", flags->file, "a message file instead of a sample");
  app.add_option("--via", flags->order.via, "direct to the MX, or submission or relay through the host's own MTA")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, lab::MailOrder::Via>{{"direct", lab::MailOrder::Via::direct},
                                                     {"submission", lab::MailOrder::Via::submission},
                                                     {"relay", lab::MailOrder::Via::relay}}));
  app.add_flag("--dialogue", flags->dialogue, "print the SMTP dialogue");
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"token\", \"from_host\", \"mail_from\", \"rcpt_to\", \"receiver\", \"reply\": null or {\"code\", "
      "\"enhanced_code\", \"text\"}, \"stored\": null or {\"folder\", \"uid\"}, \"because\": {\"cause\", \"evidence\": "
      "[text]}, \"dialogue\": [{\"from\": "
      "\"client\"|\"server\", \"text\"}]}");
  return [&context, flags] { return send(context, *flags); };
}

}  // namespace labctl::cli
