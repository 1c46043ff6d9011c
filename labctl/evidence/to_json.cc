#include "labctl/base/base64.h"
#include "labctl/base/text.h"
#include "labctl/evidence/evidence.h"

namespace labctl::evidence {
namespace {

Json text(const std::string& bytes) {
  if (is_utf8(bytes)) return bytes;
  return Json{{"base64", to_base64(bytes)}};
}

template <class T, class Convert>
Json list(const std::vector<T>& items, Convert convert) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(convert(item));
  return array;
}

Json texts(const std::vector<std::string>& lines) { return list(lines, text); }

Json json_of(const mail::SmtpReply& reply) {
  return {{"code", reply.code}, {"enhanced_code", text(reply.enhanced_code)}, {"text", text(reply.text)}};
}

Json json_of(const mail::SmtpTranscript& dialogue) {
  const auto line = [](const mail::SmtpLine& spoken) {
    return Json{{"from", spoken.direction == mail::SmtpLine::Direction::client ? "client" : "server"},
                {"text", text(spoken.text)}};
  };
  return {{"lines", list(dialogue.lines, line)},
          {"stage", mail::name_of(dialogue.stage)},
          {"reply", json_of(dialogue.reply)},
          {"tls", dialogue.tls},
          {"queue_id", text(dialogue.queue_id)}};
}

Json json_of(const StoredMessage& stored) {
  return {{"folder", text(stored.folder)}, {"uid", stored.uid}, {"raw", text(stored.raw)}};
}

Json json_of(const Trouble& trouble) {
  return {{"culprit", text(trouble.culprit)}, {"message", text(trouble.message)}, {"hint", text(trouble.hint)}};
}

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? json_of(*value) : Json(nullptr);
}

Json json_of(const dns::Record& record) {
  return {
      {"owner", text(record.owner)}, {"ttl", record.ttl}, {"type", text(record.type)}, {"rdata", text(record.rdata)}};
}

Json json_of(const dns::Answer& answer) {
  return {{"name", text(answer.name)},
          {"type", text(answer.type)},
          {"rcode", text(answer.rcode)},
          {"authoritative", answer.authoritative},
          {"records", list(answer.records, [](const dns::Record& record) { return json_of(record); })},
          {"negative_ttl", answer.negative_ttl}};
}

Json json_of(const Nothing&) { return Json::object(); }

Json json_of(const MailSeen& mail) {
  return {{"token", text(mail.token)},
          {"from_host", text(mail.from_host)},
          {"client_address", text(mail.client_address)},
          {"helo", text(mail.helo)},
          {"mail_from", text(mail.mail_from)},
          {"rcpt_to", text(mail.rcpt_to)},
          {"header_from", text(mail.header_from)},
          {"receiver", text(mail.receiver)},
          {"authserv_id", text(mail.authserv_id)},
          {"dialect", text(mail.dialect)},
          {"dialogue", optional(mail.dialogue)},
          {"receiver_queue_id", text(mail.receiver_queue_id)},
          {"receiver_reply", optional(mail.receiver_reply)},
          {"stored", optional(mail.stored)},
          {"searched_everywhere", mail.searched_everywhere},
          {"receiver_log", texts(mail.receiver_log)},
          {"filter_log", texts(mail.filter_log)},
          {"intermediary_log", texts(mail.intermediary_log)},
          {"dns_trouble", text(mail.dns_trouble)}};
}

Json json_of(const RecordsSeen& seen) {
  return {{"server", text(seen.server)},
          {"zone", text(seen.zone)},
          {"serial", seen.serial},
          {"answers", list(seen.answers, [](const dns::Answer& answer) { return json_of(answer); })}};
}

Json json_of(const ZoneEdited& edited) {
  return {{"zone", text(edited.zone)},
          {"diff", text(edited.diff)},
          {"serial_before", edited.serial_before},
          {"serial_after", edited.serial_after},
          {"authority", json_of(edited.authority)},
          {"resolver", json_of(edited.resolver)}};
}

Json json_of(const CommandSeen& command) {
  return {{"host", text(command.host)},
          {"argv", texts(command.argv)},
          {"exit_status", command.exit_status},
          {"output", text(command.output)}};
}

Json json_of(const DayFlow& flow) {
  return {{"kind", text(flow.kind)},
          {"title", {{"ja", text(flow.title.ja)}, {"en", text(flow.title.en)}}},
          {"spoofed", flow.spoofed},
          {"mails", list(flow.mails, [](const MailSeen& mail) { return json_of(mail); })}};
}

Json json_of(const DaySeen& day) {
  return {{"flows", list(day.flows, [](const DayFlow& flow) { return json_of(flow); })}};
}

/// By the index of Seen's alternatives; from_json.cc reads the same names.
constexpr const char* kKinds[] = {"nothing", "mail", "records", "zone", "command", "day"};
static_assert(std::variant_size_v<Seen> == std::size(kKinds));

}  // namespace

Json to_json(const StepEvidence& evidence) {
  return {{"scenario", text(evidence.scenario)},
          {"step", text(evidence.step)},
          {"participant", text(evidence.participant)},
          {"as", text(evidence.as)},
          {"began", text(evidence.began)},
          {"seconds", evidence.seconds},
          {"kind", kKinds[evidence.seen.index()]},
          {"seen", std::visit([](const auto& seen) { return json_of(seen); }, evidence.seen)},
          {"trouble", optional(evidence.trouble)},
          {"missing", evidence.missing ? text(*evidence.missing) : Json(nullptr)}};
}

}  // namespace labctl::evidence
