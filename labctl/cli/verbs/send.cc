#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/mail/message.h"

namespace labctl::cli {
namespace {

struct SendFlags {
  lab::MailOrder order{.from_host = "rogue-mailer"};
  std::string from;
  std::string subject = "test";
  std::string sample = "spoofed";
  std::string file;
  bool dialogue = false;
};

Result<int> send(const Context& context, SendFlags flags) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  auto& order = flags.order;
  const auto domain = order.rcpt_to.substr(order.rcpt_to.rfind('@') + 1);
  if (order.rcpt_to.find('@') == std::string::npos || !lab->topology().is_inside(domain))
    return usage_error(fmt::format("recipient '{}' is outside the lab", printable(order.rcpt_to)), {},
                       fmt::format("mail goes to addresses in {} only", lab->topology().domain));
  LABCTL_TRY(lab->host(order.from_host));
  if (flags.from.empty()) flags.from = order.rcpt_to;
  if (order.mail_from.empty()) order.mail_from = flags.from;
  if (order.mail_from == "<>") order.mail_from.clear();
  const std::string path =
      flags.file.empty() ? fmt::format("{}/mail-samples/{}.eml", data_directory(), flags.sample) : flags.file;
  if (flags.file.empty() && flags.sample.find('/') != std::string::npos)
    return usage_error("a sample is named without a path", {}, "--file takes a path");
  auto text = read_file(path);
  if (!text) {
    text.error().kind = ErrorKind::usage;
    return std::unexpected(text.error());
  }
  order.token = mail::new_token();
  LABCTL_ASSIGN(
      const auto message,
      mail::compose(*text,
                    {{"from", flags.from}, {"to", order.rcpt_to}, {"subject", flags.subject}, {"token", order.token}},
                    path));
  order.message = message.to_string();
  LABCTL_ASSIGN(const auto seen, lab->ports(context.stop).mail.deliver(order));
  if (flags.dialogue && seen.dialogue)
    for (const auto& line : seen.dialogue->lines)
      fmt::print("{}{}\n", line.direction == mail::SmtpLine::Direction::client ? "" : "    ", printable(line.text));
  if (seen.stored)
    fmt::print("stored in {} (uid {}) of {} at {}\n", seen.stored->folder, seen.stored->uid, order.rcpt_to,
               seen.receiver);
  else if (seen.receiver_reply)
    fmt::print("not stored; {} answered: {} {} {}\n", seen.receiver, seen.receiver_reply->code,
               seen.receiver_reply->enhanced_code, printable(seen.receiver_reply->text));
  else
    fmt::print("not stored\n");
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
  app.add_option("--subject", flags->subject, "subject")->capture_default_str();
  app.add_option("--sample", flags->sample, "message of mail-samples/")->capture_default_str();
  app.add_option("--file", flags->file, "a message file instead of a sample");
  app.add_option("--via", flags->order.via, "direct to the MX, or submission or relay through the host's own MTA")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, lab::MailOrder::Via>{{"direct", lab::MailOrder::Via::direct},
                                                     {"submission", lab::MailOrder::Via::submission},
                                                     {"relay", lab::MailOrder::Via::relay}}));
  app.add_flag("--dialogue", flags->dialogue, "print the SMTP dialogue");
  return [&context, flags] { return send(context, *flags); };
}

}  // namespace labctl::cli
