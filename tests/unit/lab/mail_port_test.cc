#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lab/mail_port_testing.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;

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

TEST_F(MailPortTest, WhatWasFoundBeforeIsNotSearchedAgain) {
  int number = 0;
  on_send_ = [&](const auto&) {
    const auto id = fmt::format("ABCDEF{}", ++number);
    receive(id, kRogue);
    queue(id);
    deliver_to(id, "sent (250 2.0.0 Saved)");
    remove(id);
    judge(id, kRogue, kUser);
    store_.folders["INBOX"].push_back(stored(id));
    return accepted(id);
  };
  ASSERT_TRUE(port_->deliver(order()));
  EXPECT_EQ(store_.searched_from["INBOX"], 1U);
  // Sent in the same moment, a message may have come before the one that was found.
  ASSERT_TRUE(port_->deliver(order()));
  EXPECT_EQ(store_.searched_from["INBOX"], 1U);
  clock_.pause(Milliseconds(1));
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen && seen->stored);
  EXPECT_EQ(store_.searched_from["INBOX"], 3U);
  EXPECT_EQ(seen->stored->uid, 3U);
  // A folder that was made anew begins with 1 again.
  clock_.pause(Milliseconds(1));
  store_.folders["INBOX"].clear();
  const auto anew = port_->deliver(order());
  ASSERT_TRUE(anew && anew->stored);
  EXPECT_EQ(anew->stored->uid, 1U);
}

TEST_F(MailPortTest, OfSeveralTheNewestIsTheMessage) {
  store_.folders["INBOX"] = {stored("ABCDEF1") + "old\r\n", stored("ABCDEF1")};
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    deliver_to("ABCDEF1", "sent (250 2.0.0 Saved)");
    remove("ABCDEF1");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_TRUE(seen && seen->stored);
  EXPECT_EQ(seen->stored->uid, 2U);
  EXPECT_EQ(seen->stored->raw, stored("ABCDEF1"));
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
        log_line("receiver",
                 "smtpd[1]: warning: connect to Milter service inet:198.18.0.25:11332: Connection refused") +
            log_line("receiver",
                     "smtpd[1]: NOQUEUE: milter-reject: CONNECT from mx.example[198.18.0.251]: 451 4.7.1 Service "
                     "unavailable - try again later; proto=SMTP"));
    return refused(451, "4.7.1", "Service unavailable - try again later");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "filter: rspamd");
  EXPECT_THAT(seen.error().message, HasSubstr("Connection refused"));
}

TEST_F(MailPortTest, AMilterThatFailedHasDecidedNothing) {
  on_send_ = [&](const auto&) {
    refuse("ABCDEF4", kRogue, "4.3.0 pymilter: untrapped exception in pyspf-filter");
    return refused(451, "4.3.0", "pymilter: untrapped exception in pyspf-filter");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::lab);
  EXPECT_THAT(seen.error().message, HasSubstr("untrapped exception in pyspf-filter"));
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

// The receiver's MTA waits for its store: a paused Dovecot takes connections and never answers.
TEST_F(MailPortTest, AMessageThatComesToNoEndForWantOfItsStoreIsTheStoresTrouble) {
  store_.down = true;
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(order());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "receiver.m001: dovecot");
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

// A lesson about the store: what waits is what it shows.
TEST_F(MailPortTest, AMessageThatWaitsIsEvidenceWhereAHostsFaultIsTheLesson) {
  store_.down = true;
  on_send_ = [&](const auto&) {
    receive("ABCDEF1", kRogue);
    deliver_to("ABCDEF1", "deferred (connect to receiver[private/dovecot-lmtp]: Connection refused)");
    return accepted("ABCDEF1");
  };
  auto faulty = order();
  faulty.host_fault = true;
  const auto seen = port_->deliver(faulty);
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_FALSE(seen->stored);
  EXPECT_THAT(seen->receiver_log, Contains(HasSubstr("status=deferred")));
}

TEST_F(MailPortTest, ARefusedLoginIsTroubleUnlessAHostsFaultIsTheLesson) {
  on_send_ = [&](const auto&) {
    auto answer = refused(535, "5.7.8", "Error: authentication failed");
    answer.stage = mail::SmtpStage::auth;
    return answer;
  };
  auto faulty = order(MailOrder::Via::submission);
  const auto trouble = port_->deliver(faulty);
  ASSERT_FALSE(trouble);
  EXPECT_EQ(trouble.error().where, "sender.m001: postfix");
  faulty.host_fault = true;
  const auto seen = port_->deliver(faulty);
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_FALSE(seen->receiver_reply);
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
        log_line("sender",
                 fmt::format("smtp[9]: 1111111: to=<{}>, relay=receiver.m001.mail.nic.example[198.18.1.11]:25, "
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

TEST_F(MailPortTest, ASignatureOfAnotherDayIsTheSignersTrouble) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  std::int64_t off = 0;
  on_send_ = [&](const auto&) {
    sender_.append(
        kMailLog,
        log_line("sender",
                 fmt::format("smtp[9]: 1111111: to=<{}>, relay=receiver.m001.mail.nic.example[198.18.1.11]:25, "
                             "delay=0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABCDEF5)",
                             kUser)));
    receive("ABCDEF5", kSender);
    deliver_to("ABCDEF5", "sent (250 Saved)");
    remove("ABCDEF5");
    store_.folders["INBOX"] = {
        fmt::format("DKIM-Signature: v=1; d=m001.mail.nic.example; s=s; t={}\r\n{}", now + off, message_)};
    return accepted("1111111");
  };
  EXPECT_TRUE(port_->deliver(order(MailOrder::Via::submission)));
  for (const int day : {-1, 1}) {
    off = day * 86'400;
    const auto seen = port_->deliver(order(MailOrder::Via::submission));
    ASSERT_FALSE(seen) << day;
    EXPECT_EQ(seen.error().where, "sender.m001: opendkim");
    EXPECT_THAT(seen.error().message, HasSubstr(fmt::format("is {} hours off", day * 24)));
  }
}

TEST_F(MailPortTest, ABounceCarriesTheReceiversReply) {
  on_send_ = [&](const auto&) {
    refuse("ABCDEF6", kSender, "5.7.1 rejected");
    sender_.append(
        kMailLog,
        log_line(
            "sender",
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
      for (const auto& one : lines_of(stuck.lines)) text += log_line("sender", one);
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

}  // namespace
}  // namespace labctl::lab
