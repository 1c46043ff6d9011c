#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "labctl/base/text.h"
#include "labctl/lab/ports.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "tests/fakes/fake_clock.h"

namespace labctl::fakes {

/// Zones in memory: edits count at once at the authority and at the resolver.
class FakeZones final : public lab::ZonePort {
 public:
  std::map<std::string, std::vector<dns::Record>> zones;  ///< without trailing dot
  std::optional<Error> fail;
  std::vector<std::string> edits;  ///< diffs, in order

  Result<std::vector<dns::Record>> read(const std::string& zone) override {
    const std::scoped_lock lock(mutex_);
    if (fail) return std::unexpected(*fail);
    return zones[zone];
  }

  Result<evidence::ZoneEdited> apply(const dns::ZoneEdit& edit) override {
    evidence::ZoneEdited edited{.zone = edit.zone, .diff = dns::to_diff(edit), .serial_before = 1, .serial_after = 2};
    std::vector<std::string> questions;
    {
      const std::scoped_lock lock(mutex_);
      if (fail) return std::unexpected(*fail);
      if (!edit.empty()) edits.push_back(edited.diff);
      auto& records = zones[edit.zone];
      for (const auto& record : edit.remove) std::erase(records, record);
      records.insert(records.end(), edit.add.begin(), edit.add.end());
      for (const auto* changed : {&edit.remove, &edit.add})
        for (const auto& record : *changed) questions.push_back(record.owner + " " + record.type);
    }
    LABCTL_ASSIGN(edited.authority, ask_authority(edit.zone, questions));
    edited.resolver = edited.authority;
    edited.resolver.server = "resolver";
    return edited;
  }

  Result<evidence::RecordsSeen> ask_authority(const std::string& zone,
                                              const std::vector<std::string>& questions) override {
    const std::scoped_lock lock(mutex_);
    if (fail) return std::unexpected(*fail);
    evidence::RecordsSeen seen{.server = "receiver." + zone.substr(0, zone.find('.')), .zone = zone, .serial = 2};
    for (const auto& question : questions) {
      const auto space = question.find(' ');
      dns::Answer answer{.name = question.substr(0, space),
                         .type = question.substr(space + 1),
                         .rcode = "NOERROR",
                         .authoritative = true};
      for (const auto& record : zones[zone])
        if (record.owner == answer.name && record.type == answer.type) answer.records.push_back(record);
      seen.answers.push_back(std::move(answer));
    }
    return seen;
  }

  /// The content of the TXT record at `owner` that begins with `start`; empty when there is none.
  std::string txt(const std::string& zone, const std::string& owner, std::string_view start) {
    const std::scoped_lock lock(mutex_);
    for (const auto& record : zones[zone])
      if (record.owner == owner && record.type == "TXT")
        if (const auto text = dns::txt_content(record); text && text->starts_with(start)) return *text;
    return {};
  }

  /// As a person does with an editor: every record of that owner and type is replaced.
  void edit_by_hand(const std::string& zone, const std::string& record_text) {
    const auto record = dns::parse_record(record_text, zone).value();
    const std::scoped_lock lock(mutex_);
    std::erase_if(zones[zone],
                  [&](const dns::Record& old) { return old.owner == record.owner && old.type == record.type; });
    zones[zone].push_back(record);
  }

 private:
  std::mutex mutex_;
};

/// Hosts as files in memory, and the few programs that steps run.
class FakeHostPort final : public lab::HostPort {
 public:
  std::map<std::string, std::map<std::string, std::string>> files;  ///< by host, by path
  std::map<std::string, std::string> journal;                       ///< of sshd, by host
  double journal_time = 0;                                          ///< when it was written, seconds since 1970
  std::optional<Error> fail;
  std::set<std::string> failing;  ///< programs that end with status 1
  std::string service_state = "LoadState=loaded\nActiveState=active\nSubState=running\n";
  std::string login_output = "root\n";
  std::vector<std::string> runs;  ///< "host: argv…", in order

  Result<ProcessResult> run(const std::string& host, const std::vector<std::string>& argv) override {
    const std::scoped_lock lock(mutex_);
    runs.push_back(host + ": " + join(argv, " "));
    if (fail) return std::unexpected(*fail);
    if (failing.contains(argv.front())) return ProcessResult{.exit_status = 1, .out = {}, .err = "it went wrong\n"};
    auto& own = files[host];
    ProcessResult result;
    if (argv.front() == "cat") {
      for (std::size_t i = 1; i < argv.size(); ++i) {
        if (const auto found = own.find(argv[i]); found != own.end())
          result.out += found->second;
        else if (argv[i].ends_with(".table"))
          result.out += "# nothing yet\n";
        else
          result = {.exit_status = 1, .out = result.out, .err = "cat: " + argv[i] + ": No such file or directory\n"};
      }
    } else if (argv.front() == "sh") {
      own[argv[5]] = argv[4];
    } else if (argv.front() == "opendkim-genkey") {
      const std::string key = fmt::format("KEY{}", ++keys_);
      own[argv[8] + "/" + argv[6] + ".private"] = "PRIVATE " + key;
      own[argv[8] + "/" + argv[6] + ".txt"] = fmt::format(
          "{}._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n\t  \"p={}\" )  ; ----- DKIM key\n", argv[6], key);
    } else if (argv.front() == "systemctl" && argv[1] == "show") {
      result.out = service_state;
    } else if (argv.front() == "journalctl") {
      for (const auto& word : argv)
        if (word.starts_with("--since=@") && std::stod(word.substr(9)) > journal_time) return result;
      result.out = journal[host];
    } else if (argv.front() == "echo") {
      for (std::size_t i = 1; i < argv.size(); ++i) result.out += (i > 1 ? " " : "") + argv[i];
    }
    return result;
  }

  Result<ProcessResult> login(const std::string&, const std::string& host, const std::string& command) override {
    const std::scoped_lock lock(mutex_);
    runs.push_back(host + ": login: " + command);
    if (fail) return std::unexpected(*fail);
    return ProcessResult{.exit_status = login_output.empty() ? 1 : 0, .out = login_output, .err = {}};
  }

  std::string file(const std::string& host, const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return files[host][path];
  }

 private:
  std::mutex mutex_;
  int keys_ = 0;
};

/// A receiver that judges as Rspamd with profile `policy` does, by the zones and hosts above.
class FakeMail final : public lab::MailPort {
 public:
  FakeMail(const topology::Topology& topology, FakeZones& zones, FakeHostPort& hosts)
      : topology_(topology), zones_(zones), hosts_(hosts) {}

  std::optional<Error> fail;
  std::function<void(evidence::MailSeen&)> tamper;  ///< what goes wrong with each message
  std::function<void()> on_deliver;
  std::vector<lab::MailOrder> orders;

  Result<evidence::MailSeen> deliver(const lab::MailOrder& order) override {
    if (on_deliver) on_deliver();
    const std::scoped_lock lock(mutex_);
    orders.push_back(order);
    if (fail) return std::unexpected(*fail);
    auto seen = receive(order);
    if (tamper) tamper(seen);
    received_.push_back(seen);
    return seen;
  }

  Result<lab::MailMark> mark(const std::string& participant) override {
    const std::scoped_lock lock(mutex_);
    if (fail) return std::unexpected(*fail);
    return lab::MailMark{.participant = participant, .uid_next = {{"INBOX", next()}}};
  }

  Result<std::optional<evidence::MailSeen>> recognize(const lab::MailPattern& pattern,
                                                      const lab::MailMark& mark) override {
    const std::scoped_lock lock(mutex_);
    if (fail) return std::unexpected(*fail);
    for (auto i = received_.size(); i-- > mark.uid_next.front().second;) {
      const auto& mail = received_[i];
      if (mail.from_host == pattern.from_host && mail.mail_from == pattern.mail_from &&
          mail.rcpt_to == pattern.rcpt_to && mail.header_from == pattern.header_from) {
        auto copy = mail;
        copy.token.clear();
        copy.dialogue.reset();
        return copy;
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(received_.size()); }
  static std::string hash_of(const std::string& body) {
    return std::to_string(std::hash<std::string>{}(std::string(trim(body))));
  }

  static std::string between(const std::string& text, std::string_view before, char after) {
    const auto at = text.find(before);
    return at == std::string::npos ? std::string()
                                   : text.substr(at + before.size(), text.find(after, at) - at - before.size());
  }

  /// A made-up signature: the key's name and a hash of the body.
  void sign(mail::Message& message, const topology::HostSpec& host, lab::MailOrder::Via via) {
    const std::string table = hosts_.file(host.name, "/etc/opendkim/signing.table");
    if (via == lab::MailOrder::Via::direct || !table.starts_with("*@")) return;
    const std::string key = table.substr(table.find(' ') + 1, table.find("._domainkey") - table.find(' ') - 1);
    const std::string secret = hosts_.file(host.name, "/etc/dkimkeys/" + key + ".private");
    const std::string zone = table.substr(2, table.find(' ') - 2);
    message.prepend("DKIM-Signature", fmt::format("v=1; d={}; s={}; bh={}; b={};", zone, key, hash_of(message.body()),
                                                  secret.substr(secret.find(' ') + 1)));
  }

  evidence::MailSeen receive(const lab::MailOrder& order) {
    const auto& host = *topology_.find_host(order.from_host);
    const std::string zone = order.rcpt_to.substr(order.rcpt_to.find('@') + 1);
    const std::string from_zone = order.mail_from.substr(order.mail_from.find('@') + 1);
    auto message = mail::Message::parse(order.message);
    sign(message, host, order.via);

    const std::string spf_record = zones_.txt(from_zone, from_zone + ".", "v=spf1");
    const std::string spf = spf_record.empty()                                                  ? "none"
                            : spf_record.find("ip4:" + host.address + " ") != std::string::npos ? "pass"
                                                                                                : "fail";
    std::string dkim = "none";
    std::string dkim_text;
    if (const auto* field = message.first("DKIM-Signature")) {
      const std::string value = field->value();
      const std::string domain = between(value, "d=", ';');
      const std::string selector = between(value, "s=", ';');
      const std::string key = zones_.txt(domain, selector + "._domainkey." + domain + ".", "v=DKIM1");
      dkim = key.empty() ? "permerror"
             : key.find("p=" + between(value, "b=", ';')) != std::string::npos &&
                     between(value, "bh=", ';') == hash_of(message.body())
                 ? "pass"
                 : "fail";
      dkim_text = fmt::format(" header.d={} header.s={} header.b=abc", domain, selector);
    }
    const std::string header_from = mail::first_address(message.first("From")->value()).value_or("");
    const std::string policy = between(zones_.txt(from_zone, "_dmarc." + from_zone + ".", "v=DMARC1") + ";", "p=", ';');
    const std::string dmarc = policy.empty() ? "none" : spf == "pass" || dkim == "pass" ? "pass" : "fail";
    const bool fails = dmarc == "fail";

    std::vector<std::string> symbols{spf == "none"   ? "R_SPF_NA"
                                     : spf == "pass" ? "R_SPF_ALLOW"
                                                     : "R_SPF_FAIL",
                                     dkim == "none"   ? "R_DKIM_NA"
                                     : dkim == "pass" ? "R_DKIM_ALLOW"
                                     : dkim == "fail" ? "R_DKIM_REJECT"
                                                      : "R_DKIM_PERMFAIL",
                                     dmarc == "none"      ? "DMARC_NA"
                                     : dmarc == "pass"    ? "DMARC_POLICY_ALLOW"
                                     : policy == "none"   ? "DMARC_POLICY_SOFTFAIL"
                                     : policy == "reject" ? "DMARC_POLICY_REJECT"
                                                          : "DMARC_POLICY_QUARANTINE",
                                     "ARC_SIGNED"};
    const auto* receiver = topology_.with_role(topology::Role::mx, zone.substr(0, zone.find('.')));
    evidence::MailSeen seen{.token = order.token,
                            .from_host = order.from_host,
                            .client_address = host.address,
                            .helo = host.fqdn,
                            .mail_from = order.mail_from,
                            .rcpt_to = order.rcpt_to,
                            .header_from = header_from,
                            .receiver = receiver->name,
                            .authserv_id = receiver->fqdn,
                            .dialect = "rspamd",
                            .receiver_queue_id = "4X1",
                            .searched_everywhere = true};
    const bool rejected = fails && policy == "reject";
    const bool junk = fails && policy == "quarantine";
    seen.receiver_reply = rejected ? mail::SmtpReply{554, "5.7.1", "Action set by DMARC"}
                                   : mail::SmtpReply{250, "2.0.0", "Ok: queued as 4X1"};
    const bool own_mta = order.via != lab::MailOrder::Via::direct;
    seen.dialogue = mail::SmtpTranscript{.lines = {},
                                         .stage = mail::SmtpStage::end_of_data,
                                         .reply = own_mta ? mail::SmtpReply{250, "2.0.0", "Ok"} : *seen.receiver_reply};
    seen.receiver_log = {rejected ? "postfix/cleanup[1]: 4X1: milter-reject: END-OF-MESSAGE from x"
                                  : "postfix/qmgr[1]: 4X1: removed"};
    std::string listed;
    for (const auto& symbol : symbols) listed += fmt::format("{}{}(0.00){{a,b;}}", listed.empty() ? "" : ",", symbol);
    seen.filter_log = {fmt::format(
        "2026-01-01 #1(rspamd_proxy) <a1b2c3>; proxy; rspamd_task_write_log: id: <x>, qid: <4X1>, (default: F ({}): "
        "[0.00/15.00] [{}]), len: 9, time: 1ms{}",
        rejected ? "reject"
        : junk   ? "add header"
                 : "no action",
        listed, rejected || junk ? ", forced: reject \"Action set by DMARC\"; score=nan (set by dmarc)" : "")};
    if (rejected) return seen;
    std::string raw =
        fmt::format("Return-Path: <{}>\r\nReceived: from {} by {} with LMTP id 1; Thu, 1 Jan 2026 00:00:00 +0000\r\n",
                    order.mail_from, receiver->fqdn, receiver->fqdn);
    raw += fmt::format(
        "Received: from {} ({} [{}])\r\n\tby {} (Postfix) with ESMTPS id 4X1; Thu, 1 Jan 2026 00:00:00 +0000\r\n",
        host.fqdn, host.fqdn, host.address, receiver->fqdn);
    raw +=
        fmt::format("Authentication-Results: {};\r\n\tdkim={}{};\r\n\tspf={} (x) smtp.mailfrom={};\r\n\tdmarc={}{}\r\n",
                    receiver->fqdn, dkim, dkim_text, spf, order.mail_from, dmarc,
                    policy.empty() ? "" : fmt::format(" header.from={} (policy={})", from_zone, policy));
    raw += "X-Spamd-Result: default: False [0.00 / 15.00]";
    for (const auto& symbol : symbols) raw += fmt::format(";\r\n\t{}(0.00)[x]", symbol);
    raw += "\r\n";
    if (junk) raw += "X-Spam: Yes\r\n";
    seen.stored = evidence::StoredMessage{junk ? "Junk" : "INBOX", next() + 1, raw + message.to_string()};
    return seen;
  }

  const topology::Topology& topology_;
  FakeZones& zones_;
  FakeHostPort& hosts_;
  std::vector<evidence::MailSeen> received_;
  std::mutex mutex_;
};

/// A lab in memory: every participant's zone with the records that it starts with.
struct FakeLab {
  explicit FakeLab(int participants = 1) : topology(topology::make_topology({.participants = participants}).value()) {
    for (const auto& participant : topology.participants) {
      credentials.participants[participant.id].password = "secret-of-" + participant.id;
      const std::string receiver = topology.find_host(participant.receiver)->address;
      const std::string sender = topology.find_host(participant.sender)->address;
      for (const std::string& text : {"@ NS ns." + participant.zone + ".", "@ MX 10 receiver." + participant.zone + ".",
                                      "receiver A " + receiver, "sender A " + sender, "ns A " + receiver})
        zones.zones[participant.zone].push_back(dns::parse_record(text, participant.zone).value());
    }
    credentials.rogue_password = "secret-of-rogue";
  }

  [[nodiscard]] lab::Ports ports(std::stop_token stop = {}) {
    return {topology, credentials, zones, mail, hosts, clock, std::move(stop)};
  }

  topology::Topology topology;
  topology::Credentials credentials;
  FakeZones zones;
  FakeHostPort hosts;
  FakeMail mail{topology, zones, hosts};
  FakeClock clock;
};

}  // namespace labctl::fakes
