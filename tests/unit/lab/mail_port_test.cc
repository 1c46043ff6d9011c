// Over 400 lines: one fixture with a fake receiver serves every way that a message can end.

// Over 400 lines: one fixture, a lab's logs and mailboxes in memory, serves both sending and recognizing.
#include "labctl/lab/mail_port.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosts.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;

constexpr const char* kMailLog = "/var/log/mail.log";
constexpr const char* kFilterLog = "/var/log/rspamd/rspamd.log";
constexpr const char* kUser = "user-a@m001.mail.nic.example";
constexpr const char* kRogue = "198.18.0.251";
constexpr const char* kSender = "198.18.1.12";

/// Messages by folder; a header matches when its line is in the message.
class FakeMailbox final : public MailboxSession {
 public:
  struct Store {
    std::map<std::string, std::vector<std::string>> folders{{"INBOX", {}}, {"Junk", {}}, {"Trash", {}}};
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
  Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view name,
                                            std::string_view value) override {
    if (store_.down) return lab_error("connection refused");
    std::vector<std::uint32_t> uids;
    const auto& messages = store_.folders[std::string(folder)];
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto message = mail::Message::parse(messages[i]);
      const auto* field = message.first(name);
      if (field != nullptr && field->value().find(value) != std::string::npos)
        uids.push_back(static_cast<std::uint32_t>(i + 1));
    }
    return uids;
  }
  Result<std::uint32_t> uid_next(std::string_view folder) override {
    return static_cast<std::uint32_t>(store_.folders[std::string(folder)].size() + 1);
  }
  Result<std::string> fetch(std::string_view folder, std::uint32_t uid) override {
    return store_.folders[std::string(folder)].at(uid - 1);
  }

 private:
  Store& store_;
};

std::string line(std::string_view host, std::string_view text) {
  return fmt::format("Nov 25 18:00:00 {} postfix/{}\n", host, text);
}

class MailPortTest : public testing::Test {
 protected:
  MailPortTest()
      : topology_(*topology::make_topology({.participants = 2})),
        hosts_(topology_),
        receiver_(hosts_["receiver.m001"]),
        sender_(hosts_["sender.m001"]),
        filter_(hosts_["filter"]) {
    credentials_.participants["m001"].password = "secret-1";
    credentials_.rogue_password = "secret-r";
    for (const char* name : {"receiver.m001", "sender.m001", "rogue-mailer", "receiver.m002"})
      hosts_[name].write(kMailLog, line("x", "master[1]: daemon started"));
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
    receiver_.append(kMailLog, line("receiver", fmt::format("smtpd[1]: {}: client=mx.example[{}]", id, client)) +
                                   line("receiver", fmt::format("cleanup[2]: {}: message-id={}", id, message_id)));
  }
  void queue(std::string_view id) {
    receiver_.append(
        kMailLog, line("receiver", fmt::format("qmgr[3]: {}: from=<{}>, size=1, nrcpt=1 (queue active)", id, kUser)));
  }
  void deliver_to(std::string_view id, std::string_view status) {
    receiver_.append(
        kMailLog,
        line("receiver",
             fmt::format("lmtp[4]: {}: to=<{}>, relay=receiver[private/dovecot-lmtp], delay=0, dsn=2.0.0, status={}",
                         id, kUser, status)));
  }
  void remove(std::string_view id) {
    receiver_.append(kMailLog, line("receiver", fmt::format("qmgr[3]: {}: removed", id)));
  }
  void refuse(std::string_view id, std::string_view client, std::string_view reply) {
    receive(id, client);
    receiver_.append(kMailLog,
                     line("receiver", fmt::format("cleanup[2]: {}: milter-reject: END-OF-MESSAGE from mx.example[{}]: "
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

TEST_F(MailPortTest, FollowsADirectMessageIntoItsFolder) {
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    queue("ABCDEF1");
    deliver_to("ABCDEF1", "sent (250 2.0.0 Saved)");
    remove("ABCDEF1");
    judge("ABCDEF1", kRogue, kUser);
    store_.folders["Junk"].push_back(stored("ABCDEF1"));
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(sent_[0].server.address, "198.18.1.11");
  EXPECT_EQ(sent_[0].server.port, 25);
  EXPECT_EQ(sent_[0].helo, "mx.rogue-mailer.mail.nic.example");
  EXPECT_EQ(accounts_[0].user, kUser);
  EXPECT_EQ(accounts_[0].password, "secret-1");
  EXPECT_EQ(seen->receiver_queue_id, "ABCDEF1");
  EXPECT_EQ(seen->header_from, kUser);
  EXPECT_EQ(seen->client_address, kRogue);
  EXPECT_EQ(seen->authserv_id, "receiver.m001.mail.nic.example");
  ASSERT_TRUE(seen->stored);
  EXPECT_EQ(seen->stored->folder, "Junk");
  EXPECT_FALSE(seen->searched_everywhere);
  EXPECT_EQ(seen->receiver_log.size(), 5U);
  EXPECT_EQ(seen->filter_log.size(), 1U);
}

TEST_F(MailPortTest, AnOldMessageIsNoEvidence) {
  store_.folders["INBOX"].push_back("X-Labctl-Token: other\r\n\r\n");
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    deliver_to("ABCDEF1", "sent (250 2.0.0 Saved)");
    remove("ABCDEF1");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->stored);
  EXPECT_TRUE(seen->searched_everywhere);
}

TEST_F(MailPortTest, ARefusalIsEvidence) {
  on_send_ = [&](const auto&) {
    refuse("ABCDEF2", kRogue, "5.7.1 rejected by policy");
    judge("ABCDEF2", kRogue, kUser);
    return refused(554, "5.7.1", "rejected by policy");
  };
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(seen->receiver_reply->code, 554);
  EXPECT_EQ(seen->receiver_queue_id, "ABCDEF2");
  EXPECT_TRUE(seen->searched_everywhere);
  EXPECT_EQ(seen->filter_log.size(), 1U);
}

TEST_F(MailPortTest, AFilterThatDefersIsEvidence) {
  on_send_ = [&](const auto&) {
    refuse("ABCDEF3", kRogue, "4.7.1 Try again later");
    return refused(451, "4.7.1", "Try again later");
  };
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(seen->receiver_reply->code, 451);
}

TEST_F(MailPortTest, AFilterThatIsAwayIsAnErrorThatNamesIt) {
  on_send_ = [&](const auto&) {
    receiver_.append(
        kMailLog,
        line("receiver", "smtpd[1]: warning: connect to Milter service inet:198.18.0.25:11332: Connection refused") +
            line("receiver",
                 "smtpd[1]: NOQUEUE: milter-reject: CONNECT from mx.example[198.18.0.251]: 451 4.7.1 Service "
                 "unavailable - try again later; proto=SMTP"));
    return refused(451, "4.7.1", "Service unavailable - try again later");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "filter: rspamd");
  EXPECT_THAT(seen.error().message, HasSubstr("Connection refused"));
}

TEST_F(MailPortTest, A4xxThatNoFilterDecidedIsTheReceiversTrouble) {
  on_send_ = [&](const auto&) { return refused(452, "4.3.1", "Insufficient system storage"); };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "receiver.m001: postfix");
  EXPECT_THAT(seen.error().message, HasSubstr("Insufficient system storage"));
}

TEST_F(MailPortTest, AReceiverThatDoesNotAnswerIsNamed) {
  on_send_ = [](const auto&) -> Result<mail::SmtpTranscript> {
    return lab_error("Connection refused", "198.18.1.11:25");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "receiver.m001: postfix");
}

TEST_F(MailPortTest, AMessageThatComesToNoEndIsATimeout) {
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::timeout);
  EXPECT_EQ(seen.error().where, "receiver.m001: postfix");
  EXPECT_THAT(seen.error().message, HasSubstr("message-id=<1@x>"));
}

TEST_F(MailPortTest, AStoreThatIsAwayIsNamed) {
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    deliver_to("ABCDEF1", "deferred (connect to receiver[private/dovecot-lmtp]: Connection refused)");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "receiver.m001: dovecot");
}

TEST_F(MailPortTest, AMailboxThatDoesNotAnswerIsNamed) {
  store_.down = true;
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    deliver_to("ABCDEF1", "sent (250 Saved)");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "receiver.m001: dovecot");
}

TEST_F(MailPortTest, FollowsASubmissionThroughTheSendersMta) {
  on_send_ = [&](const auto&) {
    sender_.append(
        kMailLog,
        line("sender", fmt::format("smtp[9]: 1111111: to=<{}>, relay=receiver.m001.mail.nic.example[198.18.1.11]:25, "
                                   "delay=0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABCDEF5)",
                                   kUser)));
    receive("ABCDEF5", kSender);
    deliver_to("ABCDEF5", "sent (250 Saved)");
    remove("ABCDEF5");
    store_.folders["INBOX"].push_back(message_);
    return accepted("1111111");
  };
  const auto seen = port_->deliver(order(MailOrder::Via::submission));
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(sent_[0].server.port, 587);
  EXPECT_EQ(sent_[0].user, kUser);
  EXPECT_EQ(sent_[0].password, "secret-1");
  EXPECT_EQ(sent_[0].tls, mail::TlsPolicy::required);
  EXPECT_EQ(seen->receiver_queue_id, "ABCDEF5");
  EXPECT_EQ(seen->client_address, kSender);
  EXPECT_EQ(seen->stored->folder, "INBOX");
}

TEST_F(MailPortTest, ABounceCarriesTheReceiversReply) {
  on_send_ = [&](const auto&) {
    refuse("ABCDEF6", kSender, "5.7.1 rejected");
    sender_.append(
        kMailLog,
        line("sender",
             fmt::format("smtp[9]: 1111111: to=<{}>, relay=receiver.m001.mail.nic.example[198.18.1.11]:25, delay=0, "
                         "dsn=5.7.1, status=bounced (host receiver.m001.mail.nic.example[198.18.1.11] said: 554 5.7.1 "
                         "rejected (in reply to end of DATA command))",
                         kUser)));
    return accepted("1111111");
  };
  const auto seen = port_->deliver(order(MailOrder::Via::relay));
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(sent_[0].server.address, "127.0.0.1");
  EXPECT_EQ(seen->receiver_reply->code, 554);
  EXPECT_EQ(seen->receiver_reply->text, "rejected");
  EXPECT_EQ(seen->receiver_queue_id, "ABCDEF6");
}

struct Stuck {
  const char* lines;
  const char* where;
};

TEST_F(MailPortTest, WhatKeepsASubmissionIsNamed) {
  const std::vector<Stuck> cases{
      {"cleanup[1]: warning: connect to Milter service inet:127.0.0.1:8891: Connection refused\nsmtp[9]: 1111111: "
       "to=<a@b>, relay=r[1]:25, status=sent (250 2.0.0 Ok: queued as ABCDEF5)",
       "sender.m001: opendkim"},
      {"smtp[9]: 1111111: to=<a@b>, relay=none, status=deferred (connect to "
       "receiver.m001.mail.nic.example[198.18.1.11]:25: Connection refused)",
       "receiver.m001: postfix"},
      {"smtp[9]: 1111111: to=<a@b>, relay=none, status=deferred (Host or domain name not found. Name service error for "
       "name=m001.mail.nic.example type=MX: Host not found, try again)",
       "sender.m001: postfix"},
      {"smtp[9]: 1111111: to=<a@b>, relay=r, status=deferred (host receiver.m001.mail.nic.example[198.18.1.11] said: "
       "452 4.3.1 Insufficient system storage (in reply to MAIL FROM command))",
       "receiver.m001: postfix"},
      {"qmgr[9]: 1111111: from=<a@b>, size=1, nrcpt=1 (queue active)", "sender.m001: postfix"},
  };
  for (const auto& stuck : cases) {
    on_send_ = [&](const auto&) {
      std::string text;
      for (const auto& one : lines_of(stuck.lines)) text += line("sender", one);
      sender_.append(kMailLog, text);
      return accepted("1111111");
    };
    const auto seen = port_->deliver(order(MailOrder::Via::submission));
    ASSERT_FALSE(seen) << stuck.lines;
    EXPECT_EQ(seen.error().where, stuck.where) << stuck.lines;
  }
}

TEST_F(MailPortTest, NothingIsSentOutsideTheLab) {
  auto outside = order();
  outside.rcpt_to = "somebody@example.org";
  auto misspelt = order();
  misspelt.rcpt_to = "user-a@m0001.mail.nic.example";
  auto nowhere = order();
  nowhere.from_host = "elsewhere";
  auto no_mta = order();
  no_mta.from_host = "filter";
  no_mta.via = MailOrder::Via::relay;
  for (const auto& bad : {outside, misspelt, nowhere, no_mta}) {
    const auto seen = port_->deliver(bad);
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, ErrorKind::usage) << render(seen.error());
  }
  EXPECT_TRUE(sent_.empty());
}

TEST_F(MailPortTest, AClosedMailboxConnectionIsOpenedAnew) {
  ASSERT_TRUE(port_->mark("m001"));
  ASSERT_TRUE(port_->mark("m001"));
  EXPECT_EQ(store_.opened, 1);
  store_.down = true;
  EXPECT_EQ(port_->mark("m001").error().where, "receiver.m001: dovecot");
  store_.down = false;
  EXPECT_TRUE(port_->mark("m001"));
  EXPECT_EQ(port_->mark("m009").error().kind, ErrorKind::usage);
}

class RecognizeTest : public MailPortTest {
 protected:
  void store_by_hand(const std::string& id, const std::string& folder, std::string_view client = kRogue) {
    receive(id, client);
    queue(id);
    deliver_to(id, "sent (250 Saved)");
    remove(id);
    store_.folders[folder].push_back(stored(id));
  }
  Result<std::optional<evidence::MailSeen>> recognize(const MailMark& mark) { return port_->recognize(pattern_, mark); }
  bool recognizes_nothing(const MailMark& mark) {
    const auto seen = recognize(mark);
    return seen && !*seen;
  }
  MailPattern pattern_{.from_host = "rogue-mailer", .mail_from = kUser, .rcpt_to = kUser, .header_from = kUser};
};

TEST_F(RecognizeTest, TheNewestStoredMessageAfterTheMark) {
  store_by_hand("AAAAAA1", "INBOX");
  const auto mark = port_->mark("m001");
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->log_inode, 7U);
  auto none = recognize(*mark);
  ASSERT_TRUE(none) << render(none.error());
  EXPECT_FALSE(*none) << "what came before the mark does not count";
  store_by_hand("AAAAAA2", "INBOX");
  store_by_hand("AAAAAA3", "Junk");
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_queue_id, "AAAAAA3");
  EXPECT_EQ((*seen)->stored->folder, "Junk");
  EXPECT_EQ((*seen)->helo, "mx.example");
  EXPECT_EQ((*seen)->from_host, "rogue-mailer");
}

TEST_F(RecognizeTest, ARefusedMessageByTheFiltersLog) {
  refuse("AAAAAA0", kRogue, "5.7.1 rejected");
  judge("AAAAAA0", kRogue, kUser);
  const auto mark = port_->mark("m001");
  EXPECT_TRUE(recognizes_nothing(*mark)) << "what was refused before the mark does not count";
  refuse("AAAAAA4", kRogue, "5.7.1 rejected");
  judge("AAAAAA4", kRogue, kUser);
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_reply->code, 554);
  EXPECT_EQ((*seen)->header_from, kUser);
  pattern_.header_from = "other@m001.mail.nic.example";
  EXPECT_TRUE(recognizes_nothing(*mark));
}

TEST_F(RecognizeTest, OthersMessagesDoNotMatch) {
  const auto mark = port_->mark("m001");
  store_by_hand("AAAAAA5", "INBOX", kSender);
  EXPECT_TRUE(recognizes_nothing(*mark)) << "another client";
  store_by_hand("AAAAAA6", "INBOX");
  pattern_.mail_from = "other@m001.mail.nic.example";
  EXPECT_TRUE(recognizes_nothing(*mark)) << "another envelope sender";
}

TEST_F(RecognizeTest, AResetReceiverIsReadFromTheStart) {
  for (int i = 0; i < 20; ++i) receive(fmt::format("BBBBBB{:X}", i % 16), kSender);
  store_.folders["INBOX"].assign(50, "Subject: old\r\n\r\n");
  const auto mark = port_->mark("m001");
  receiver_.write(kMailLog, line("x", "master[1]: daemon started"));
  store_.folders["INBOX"].clear();
  store_by_hand("AAAAAA7", "INBOX");
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_queue_id, "AAAAAA7");
}

TEST_F(RecognizeTest, AFilterThatIsAwayIsAnErrorUntilTheNextAttempt) {
  const auto mark = port_->mark("m001");
  receiver_.append(kMailLog, line("receiver",
                                  "smtpd[1]: NOQUEUE: milter-reject: CONNECT from mx.example[198.18.0.251]: 451 4.7.1 "
                                  "Service unavailable - try again later; proto=SMTP"));
  const auto away = recognize(*mark);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().where, "filter: rspamd");
  store_by_hand("AAAAAA8", "INBOX");
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_queue_id, "AAAAAA8");
}

}  // namespace
}  // namespace labctl::lab
