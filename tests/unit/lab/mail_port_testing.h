#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/base/text.h"
#include "labctl/lab/mail_port.h"
#include "labctl/mail/message.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosts.h"

namespace labctl::lab {

inline constexpr const char* kFilterLog = "/var/log/rspamd/rspamd.log";
inline constexpr const char* kUser = "user-a@m001.mail.nic.example";
inline constexpr const char* kRogue = "198.18.0.251";
inline constexpr const char* kSender = "198.18.1.12";

/// Messages by folder; a header matches when its line is in the message.
class FakeMailbox final : public MailboxSession {
 public:
  struct Store {
    std::map<std::string, std::vector<std::string>> folders{{"INBOX", {}}, {"Junk", {}}, {"Trash", {}}};
    std::map<std::string, std::uint32_t> searched_from;  ///< by folder, the last time
    bool down = false;
    int opened = 0;
  };
  explicit FakeMailbox(Store& store) : store_(store) { ++store.opened; }

  Result<std::vector<std::string>> folders() override {
    if (store_.down) return lab_error("connection refused");
    std::vector<std::string> names;
    for (const auto& [name, messages] : store_.folders) names.push_back(name);
    return names;
  }
  Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view name, std::string_view value,
                                            std::uint32_t first) override {
    if (store_.down) return lab_error("connection refused");
    store_.searched_from[std::string(folder)] = first;
    std::vector<std::uint32_t> uids;
    const auto& messages = store_.folders[std::string(folder)];
    // RFC 3501 section 9: "7:*" names the last message even when its UID is lower.
    const auto last = messages.empty() ? 0 : messages.size() - 1;
    for (std::size_t i = std::min<std::size_t>(first - 1, last); i < messages.size(); ++i) {
      const auto message = mail::Message::parse(messages[i]);
      const auto* field = message.first(name);
      if (field != nullptr && field->value().find(value) != std::string::npos)
        uids.push_back(static_cast<std::uint32_t>(i + 1));
    }
    return uids;
  }
  Result<std::uint32_t> uid_next(std::string_view folder) override {
    if (store_.down) return lab_error("connection refused");
    return static_cast<std::uint32_t>(store_.folders[std::string(folder)].size() + 1);
  }
  Result<std::string> fetch(std::string_view folder, std::uint32_t uid) override {
    return store_.folders[std::string(folder)].at(uid - 1);
  }

 private:
  Store& store_;
};

inline std::string log_line(std::string_view host, std::string_view text) {
  return fmt::format("Nov 25 18:00:00 {} postfix/{}\n", host, text);
}

class MailPortTest : public testing::Test {
 protected:
  explicit MailPortTest(const topology::LabSettings& settings = {.participants = 2})
      : topology_(*topology::make_topology(settings)),
        hosts_(topology_),
        receiver_(hosts_["receiver.m001"]),
        sender_(hosts_["sender.m001"]),
        filter_(hosts_["filter"]) {
    credentials_.participants["m001"].password = "secret-1";
    credentials_.rogue_password = "secret-r";
    for (const char* name : {"receiver.m001", "sender.m001", "rogue-mailer", "receiver.m002"})
      hosts_[name].write(kMailLog, log_line("x", "master[1]: daemon started"));
    for (const auto& name : settings.with) hosts_[name].write(kMailLog, log_line("x", "master[1]: daemon started"));
    filter_.write(kFilterLog, "started\n");
    port_ = std::make_unique<MailPortImpl>(hosts_, topology_, credentials_,
                                           MailWire{[this](const mail::SmtpSubmission& submission) {
                                                      sent_.push_back(submission);
                                                      return on_send_(submission);
                                                    },
                                                    [this](mail::ImapAccount account) {
                                                      accounts_.push_back(account);
                                                      return std::make_unique<FakeMailbox>(store_);
                                                    }},
                                           clock_, std::stop_token{});
  }

  MailOrder order(MailOrder::Via via = MailOrder::Via::direct) const {
    const std::string host = via == MailOrder::Via::direct ? "rogue-mailer" : "sender.m001";
    return {.from_host = host,
            .via = via,
            .helo = {},
            .mail_from = kUser,
            .rcpt_to = kUser,
            .message = message_,
            .token = "t0ken"};
  }
  static mail::SmtpTranscript accepted(const std::string& queue_id) {
    return {.lines = {},
            .stage = mail::SmtpStage::end_of_data,
            .reply = {250, "2.0.0", "Ok: queued as " + queue_id},
            .tls = false,
            .queue_id = queue_id};
  }
  static mail::SmtpTranscript refused(int code, std::string enhanced, std::string text) {
    return {.lines = {},
            .stage = mail::SmtpStage::end_of_data,
            .reply = {code, std::move(enhanced), std::move(text)},
            .tls = false,
            .queue_id = {}};
  }
  void receive(std::string_view id, std::string_view client, std::string_view message_id = "<1@x>") {
    receiver_.append(kMailLog, log_line("receiver", fmt::format("smtpd[1]: {}: client=mx.example[{}]", id, client)) +
                                   log_line("receiver", fmt::format("cleanup[2]: {}: message-id={}", id, message_id)));
  }
  void queue(std::string_view id) {
    receiver_.append(
        kMailLog,
        log_line("receiver", fmt::format("qmgr[3]: {}: from=<{}>, size=1, nrcpt=1 (queue active)", id, kUser)));
  }
  void deliver_to(std::string_view id, std::string_view status) {
    receiver_.append(
        kMailLog,
        log_line(
            "receiver",
            fmt::format("lmtp[4]: {}: to=<{}>, relay=receiver[private/dovecot-lmtp], delay=0, dsn=2.0.0, status={}", id,
                        kUser, status)));
  }
  void remove(std::string_view id) {
    receiver_.append(kMailLog, log_line("receiver", fmt::format("qmgr[3]: {}: removed", id)));
  }
  void refuse(std::string_view id, std::string_view client, std::string_view reply) {
    receive(id, client);
    receiver_.append(
        kMailLog, log_line("receiver", fmt::format("cleanup[2]: {}: milter-reject: END-OF-MESSAGE from mx.example[{}]: "
                                                   "{}; from=<{}> to=<{}> proto=ESMTP helo=<mx.example>",
                                                   id, client, reply, kUser, kUser)));
  }
  void judge(std::string_view id, std::string_view client, std::string_view mime_from) {
    filter_.append(
        kFilterLog,
        fmt::format("2026-11-25 18:00:00 #1(rspamd_proxy) <abc123>; proxy; rspamd_task_write_log: id: <1@x>, qid: "
                    "<{}>, ip: {}, from: <{}>, mime_from: <{}>, (default: T (reject): [1.00/15.00] []), len: 1\n",
                    id, client, kUser, mime_from));
  }
  std::string stored(std::string_view id) const {
    return fmt::format(
        "Received: from mx.example (unknown [198.18.0.251])\r\n\tby receiver (Postfix) with ESMTP id {}\r\n{}", id,
        message_);
  }

  std::string message_ =
      fmt::format("From: {}\r\nTo: {}\r\nMessage-ID: <1@x>\r\nX-Labctl-Token: t0ken\r\n\r\nbody\r\n", kUser, kUser);
  topology::Topology topology_;
  topology::Credentials credentials_;
  fakes::FakeHosts hosts_;
  fakes::FakeHost& receiver_;
  fakes::FakeHost& sender_;
  fakes::FakeHost& filter_;
  fakes::FakeClock clock_;
  FakeMailbox::Store store_;
  std::vector<mail::SmtpSubmission> sent_;
  std::vector<mail::ImapAccount> accounts_;
  std::function<Result<mail::SmtpTranscript>(const mail::SmtpSubmission&)> on_send_;
  std::unique_ptr<MailPortImpl> port_;
};

}  // namespace labctl::lab
