#include "labctl/scenario/expectations/fate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"

namespace labctl::scenario {
namespace {

using evidence::MailSeen;

const std::array<FateKind, 7> kFates{{{"inbox", "none", {"受信トレイ", "inbox"}},
                                      {"junk", "quarantine", {"迷惑メール", "Junk"}},
                                      {"rejected", "reject", {"拒否", "refused"}},
                                      {"bounced", "", {"差出人へ返送", "sent back"}},
                                      {"deferred", "", {"保留", "deferred"}},
                                      {"discarded", "", {"破棄", "discarded"}},
                                      {"unsent", "", {"送信不可", "not sent"}}}};

bool any_line_has(const std::vector<std::string>& lines, std::string_view text) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

/// Rspamd's verdict line names the action: "(default: F (soft reject): [4.00/15.00] …". Its greylisting is one too.
bool filter_deferred(const MailSeen& mail) {
  return any_line_has(mail.filter_log, "(soft reject)") || any_line_has(mail.filter_log, "(greylist)");
}

/// The words in brackets of the last line "status=… (…)" of a delivery that ended so; empty when there is none.
std::string delivered(const MailSeen& mail, std::string_view status) {
  const std::string what = fmt::format("status={} (", status);
  for (auto line = mail.receiver_log.rbegin(); line != mail.receiver_log.rend(); ++line) {
    const auto at = line->find(what);
    if (at != std::string::npos) return printable(line->substr(at + what.size(), line->rfind(')') - at - what.size()));
  }
  return {};
}

Fate of_stored(const evidence::StoredMessage& stored) {
  std::string name = equal_ignoring_case(stored.folder, "INBOX")  ? "inbox"
                     : equal_ignoring_case(stored.folder, "Junk") ? "junk"
                                                                  : "folder " + printable(stored.folder);
  return {.name = std::move(name),
          .detail = {fmt::format("メールは{}にあります", printable(stored.folder)),
                     fmt::format("the message is in {}", printable(stored.folder))}};
}

Fate of_refused(const MailSeen& mail) {
  const std::string reply = reply_text(mail.receiver_reply);
  const auto stage = refusal_stage(mail);
  if (stage && *stage != mail::SmtpStage::end_of_data)
    return {.name = fmt::format("refused at {}", mail::name_of(*stage)),
            .detail = {fmt::format("フィルタが判定する前に、{}で拒否されました: {}", mail::name_of(*stage), reply),
                       fmt::format("it was refused at {}, before the filter could judge it: {}", mail::name_of(*stage),
                                   reply)}};
  if (!stage || !mail.searched_everywhere)
    return {
        .name = "refused, without proof",
        .detail = {fmt::format("{}: 拒否の証拠がそろっていません ({})", mail.receiver, reply),
                   fmt::format("{}: the refusal is not proved: {} ({})", mail.receiver,
                               stage ? "not every folder was searched" : "nothing says where in the dialogue it came",
                               reply)},
        .known = false};
  return {.name = "rejected",
          .detail = {fmt::format("DATAの最後で拒否されました: {}", reply),
                     fmt::format("refused at the end of DATA: {}", reply)}};
}

}  // namespace

std::span<const FateKind> fate_kinds() { return kFates; }

Result<void> require_fate_name(const config::Place& at, const std::string& name) {
  if (std::ranges::find(kFates, name, &FateKind::name) != kFates.end()) return {};
  std::vector<std::string> known;
  for (const auto& kind : kFates) known.emplace_back(kind.name);
  const auto meant = nearest(name, known);
  return config::bad_value(
      at, fmt::format("unknown disposition '{}'", printable(name)),
      meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
}

std::string reply_text(const std::optional<mail::SmtpReply>& reply) {
  if (!reply) return "no reply";
  return fmt::format("{}{}{} {}", reply->code, reply->enhanced_code.empty() ? "" : " ", reply->enhanced_code,
                     printable(reply->text));
}

std::optional<mail::SmtpStage> refusal_stage(const MailSeen& mail) {
  if (!mail.receiver_reply) return std::nullopt;
  // The dialogue may be one with the sender's own MTA, which accepted.
  if (mail.dialogue && mail.dialogue->reply.code == mail.receiver_reply->code) return mail.dialogue->stage;
  // Postfix: "milter-reject: END-OF-MESSAGE from …", "reject: RCPT from …".
  if (any_line_has(mail.receiver_log, "END-OF-MESSAGE")) return mail::SmtpStage::end_of_data;
  if (any_line_has(mail.receiver_log, "reject: RCPT")) return mail::SmtpStage::rcpt;
  if (any_line_has(mail.receiver_log, "reject: MAIL")) return mail::SmtpStage::mail;
  return std::nullopt;
}

Fate fate_of(const MailSeen& mail) {
  if (mail.stored) return of_stored(*mail.stored);
  const int kind = mail.receiver_reply ? mail.receiver_reply->code / 100 : 0;
  if (kind == 5) return of_refused(mail);
  const std::string reply = reply_text(mail.receiver_reply);
  if (kind == 4 && filter_deferred(mail))
    return {.name = "deferred",
            .detail = {fmt::format("フィルタが後で再送するよう求めました: {}", reply),
                       fmt::format("the filter asked to come again later: {}", reply)}};
  if (kind == 4)
    return {.name = "not taken now",
            .detail = {fmt::format("filter: {}: フィルタが応答していません。{}の応答: {}", mail.dialect, mail.receiver,
                                   reply),
                       fmt::format("filter: {}: the filter decided nothing; {} answered: {}", mail.dialect,
                                   mail.receiver, reply)},
            .known = false};
  if (kind == 2 && !delivered(mail, "bounced").empty())
    return {
        .name = "bounced",
        .detail = {fmt::format("受け付けられた後、格納できず差出人に返されました: {}", delivered(mail, "bounced")),
                   fmt::format("it was accepted, could not be stored and went back: {}", delivered(mail, "bounced"))}};
  if (kind == 2 && !delivered(mail, "deferred").empty())
    return {.name = "deferred",
            .detail = {fmt::format("受信側のキューで待っています: {}", delivered(mail, "deferred")),
                       fmt::format("it waits in the receiver's queue: {}", delivered(mail, "deferred"))}};
  if (kind == 0 && mail.dialogue && mail.dialogue->stage == mail::SmtpStage::auth &&
      mail.dialogue->reply.code / 100 == 5)
    return {.name = "unsent",
            .detail = {fmt::format("{}がログインを拒否しました: {}", mail.from_host, reply_text(mail.dialogue->reply)),
                       fmt::format("{} refused the login: {}", mail.from_host, reply_text(mail.dialogue->reply))}};
  if (kind == 2 && mail.searched_everywhere)
    return {.name = "discarded",
            .detail = {fmt::format("受け付けられましたが、どのフォルダにもありません: {}", reply),
                       fmt::format("it was accepted, but is in no folder: {}", reply)}};
  return {.name = "unknown",
          .detail = {fmt::format("{}: メールがどうなったか分かりません ({})", mail.receiver, reply),
                     fmt::format("{}: nothing tells what became of the message ({})", mail.receiver, reply)},
          .known = false};
}

mail::Attribution attribution_of(const MailSeen& mail) {
  std::optional<mail::Message> stored;
  if (mail.stored) stored = mail::Message::parse(mail.stored->raw);
  return mail::attribute({.dialect = mail.dialect,
                          .authserv_id = mail.authserv_id,
                          .stored = stored ? &*stored : nullptr,
                          .folder = mail.stored ? std::string_view(mail.stored->folder) : std::string_view{},
                          .reply = mail.receiver_reply,
                          .filter_log = mail.filter_log});
}

}  // namespace labctl::scenario
