#include "labctl/report/html_evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"
#include "labctl/report/markup.h"

namespace labctl::report {
namespace {

/// A page of forty participants still opens.
constexpr std::size_t kLongestText = 32U << 10U;

struct Writer {
  Language language;
  std::string html;

  [[nodiscard]] const char* in(const char* ja, const char* en) const { return language == Language::ja ? ja : en; }
  void heading(const char* ja, const char* en) { html += fmt::format("<h4>{}</h4>\n", in(ja, en)); }
  void row(const char* ja, const char* en, std::string_view value) {
    if (!value.empty()) html += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", in(ja, en), escaped(value));
  }
  void text(std::string_view value) {
    const bool cut = value.size() > kLongestText;
    html += fmt::format("<pre>{}{}</pre>\n", escaped(value.substr(0, kLongestText)),
                        cut ? in("\n… 以下略 (証跡ファイルを参照)", "\n… cut here; the file has all of it") : "");
  }
  void lines(const char* ja, const char* en, const std::vector<std::string>& values) {
    if (values.empty()) return;
    heading(ja, en);
    text(join(values, "\n"));
  }
};

bool is_trusted(const std::vector<mail::AuthenticationResults>& trusted, const mail::HeaderField& field) {
  return std::ranges::any_of(trusted, [&](const auto& results) {
    return equal_ignoring_case(field.name, "Authentication-Results") &&
           mail::parse_authentication_results(field.raw) == results;
  });
}

/// The header fields as they came; those that this receiver wrote about authentication stand out.
void write_message(Writer& out, const evidence::MailSeen& mail, const evidence::StoredMessage& stored) {
  out.heading("届いたメール", "The message as it is stored");
  const auto message = mail::Message::parse(stored.raw);
  const auto trusted = mail::trusted_results(message, mail.authserv_id).trusted;
  std::string header;
  for (const auto& field : message.fields()) {
    const std::string line = escaped(fmt::format("{}:{}", field.name, field.raw));
    if (header.size() + line.size() > 2 * kLongestText) break;
    header += is_trusted(trusted, field) ? fmt::format("<mark>{}</mark>\n", line) : line + "\n";
  }
  out.html += fmt::format("<pre>{}</pre>\n", header);
  out.text(join(lines_of(message.body()), "\n"));
}

void write(Writer&, const evidence::Nothing&) {}

void write(Writer& out, const evidence::MailSeen& mail) {
  out.html += "<table class=facts>\n";
  out.row("送信ホスト", "client", fmt::format("{} [{}]", mail.from_host, mail.client_address));
  out.row("HELO", "HELO", mail.helo);
  out.row("MAIL FROM", "MAIL FROM", fmt::format("<{}>", mail.mail_from));
  out.row("RCPT TO", "RCPT TO", fmt::format("<{}>", mail.rcpt_to));
  out.row("ヘッダFrom", "header From", mail.header_from);
  if (mail.receiver_reply)
    out.row("受信側の応答", "receiver's reply",
            fmt::format("{} {} {}", mail.receiver_reply->code, mail.receiver_reply->enhanced_code,
                        mail.receiver_reply->text));
  out.row("フォルダ", "folder",
          mail.stored ? std::string_view(mail.stored->folder)
          : mail.searched_everywhere
              ? std::string_view(out.in("どのフォルダにもない", "none: every folder was searched"))
              : std::string_view());
  out.html += "</table>\n";
  if (mail.stored) write_message(out, mail, *mail.stored);
  if (mail.dialogue) {
    out.heading("SMTPの対話", "SMTP dialogue");
    std::string spoken;
    for (const auto& line : mail.dialogue->lines)
      spoken += fmt::format("{} {}\n", line.direction == mail::SmtpLine::Direction::client ? "C:" : "S:", line.text);
    out.text(spoken);
  }
  out.lines("受信ホストのメールログ", "Receiver's mail log", mail.receiver_log);
  out.lines("フィルタのログ", "Filter's log", mail.filter_log);
}

void write(Writer& out, const evidence::RecordsSeen& seen) {
  out.html += fmt::format("<h4>{} ({} {})</h4>\n", escaped(seen.server), escaped(seen.zone), seen.serial);
  std::string text;
  for (const auto& answer : seen.answers) {
    text += fmt::format(";; {} {}: {}{}\n", answer.name, answer.type, answer.rcode,
                        answer.records.empty() ? fmt::format(", negative TTL {}", answer.negative_ttl) : "");
    for (const auto& record : answer.records)
      text += fmt::format("{} {} {} {}\n", record.owner, record.ttl, record.type, record.rdata);
  }
  out.text(text);
}

void write(Writer& out, const evidence::ZoneEdited& edited) {
  out.heading("ゾーンの変更", "Edit of the zone");
  out.text(edited.diff.empty() ? out.in("変更なし", "nothing changed") : edited.diff);
  out.html += fmt::format("<p>serial {} → {}</p>\n", edited.serial_before, edited.serial_after);
  write(out, edited.authority);
  write(out, edited.resolver);
}

void write(Writer& out, const evidence::CommandSeen& command) {
  out.html += fmt::format("<h4>{}</h4>\n", escaped(command.host));
  out.text(fmt::format("# {}\n{}", join(command.argv, " "), command.output));
  out.html += fmt::format("<p>{} {}</p>\n", out.in("終了ステータス", "exit status"), command.exit_status);
}

/// A line a message: its token, and what proves where it is.
void write(Writer& out, const evidence::DaySeen& day) {
  out.heading("一通ごとの証跡", "The messages");
  out.html += fmt::format(
      "<table class=mails>\n<tr><th>{}</th><th>token</th><th>{}</th><th>MAIL FROM</th><th>From</th><th>{}</th><th>{}"
      "</th><th>{}</th></tr>\n",
      out.in("種類", "kind"), out.in("送信ホスト", "client"), out.in("応答", "reply"), out.in("キューID", "queue ID"),
      out.in("フォルダ", "folder"));
  for (const auto& flow : day.flows)
    for (const auto& mail : flow.mails)
      out.html += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
          escaped(flow.kind), escaped(mail.token), escaped(mail.client_address), escaped(mail.mail_from),
          escaped(mail.header_from),
          mail.receiver_reply
              ? escaped(fmt::format("{} {}", mail.receiver_reply->code, mail.receiver_reply->enhanced_code))
              : std::string(),
          escaped(mail.receiver_queue_id),
          mail.stored ? escaped(fmt::format("{} {}", mail.stored->folder, mail.stored->uid))
                      : std::string(mail.searched_everywhere ? out.in("どこにもない", "none") : ""));
  out.html += "</table>\n";
}

}  // namespace

std::string html_of(const evidence::StepEvidence& evidence, Language language) {
  Writer out{.language = language, .html = {}};
  out.html += fmt::format("<p class=when>{} ({:.2f} s)</p>\n", escaped(evidence.began), evidence.seconds);
  if (evidence.trouble)
    out.html += fmt::format("<p class=trouble><b>{}</b>: {} {}</p>\n", escaped(evidence.trouble->culprit),
                            escaped(evidence.trouble->message), escaped(evidence.trouble->hint));
  if (evidence.missing) out.html += fmt::format("<p>{}</p>\n", escaped(*evidence.missing));
  std::visit([&](const auto& seen) { write(out, seen); }, evidence.seen);
  return out.html;
}

}  // namespace labctl::report
