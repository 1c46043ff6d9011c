// A message on its way through forwarders and lists.
#include "tests/unit/lab/mail_port_testing.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;

constexpr const char* kForwarder = "198.18.0.31";

class MailThrough : public MailPortTest {
 protected:
  MailThrough() : MailPortTest({.participants = 2, .with = {"forwarder", "srs-forwarder", "list"}}) {}

  MailOrder through(MailOrder::Via via = MailOrder::Via::direct) const {
    auto made = order(via);
    made.rcpt_to = "m001@forward.example";
    made.reaches = kUser;
    return made;
  }
  /// The forwarder takes the message from `client` …
  void take(const std::string& host, std::string_view id, std::string_view client, std::string_view from = kUser,
            std::string_view message_id = "<1@x>") {
    hosts_[host].append(kMailLog, log_line(host, fmt::format("smtpd[1]: {}: client=mx.example[{}]", id, client)) +
                                      log_line(host, fmt::format("cleanup[2]: {}: message-id={}", id, message_id)) +
                                      log_line(host, fmt::format("qmgr[3]: {}: from=<{}>, size=1", id, from)));
  }
  /// … and hands it on.
  void hand_on(const std::string& host, std::string_view id, std::string_view status, std::string_view to = kUser) {
    hosts_[host].append(
        kMailLog,
        log_line(host,
                 fmt::format("smtp[4]: {}: to=<{}>, orig_to=<m001@forward.example>, relay=receiver[198.18.1.11]:25, "
                             "dsn=2.0.0, status={}",
                             id, to, status)) +
            log_line(host, fmt::format("qmgr[3]: {}: removed", id)));
  }
  /// What a person was to send through the forwarder.
  static MailPattern by_hand() {
    return {.from_host = "rogue-mailer",
            .mail_from = kUser,
            .rcpt_to = "m001@forward.example",
            .header_from = kUser,
            .reaches = kUser};
  }
  void store(std::string_view id) {
    receive(id, kForwarder);
    queue(id);
    deliver_to(id, "sent (250 2.0.0 Saved)");
    remove(id);
    store_.folders["INBOX"].push_back(stored(id));
  }
};

TEST_F(MailThrough, IsFollowedToTheReceiverBehindTheForwarder) {
  on_send_ = [&](const mail::SmtpSubmission& submission) {
    EXPECT_EQ(submission.server.address, kForwarder);
    EXPECT_EQ(submission.rcpt_to.front(), "m001@forward.example");
    take("forwarder", "ABCDEF1", kRogue);
    store("ABCDE01");
    hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(through());
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(seen->from_host, "forwarder");
  EXPECT_EQ(seen->client_address, kForwarder);
  EXPECT_EQ(seen->helo, "mx.forward.example");
  EXPECT_EQ(seen->rcpt_to, kUser);
  EXPECT_EQ(seen->receiver, "receiver.m001");
  EXPECT_EQ(seen->receiver_queue_id, "ABCDE01");
  EXPECT_EQ(seen->header_from, kUser);
  ASSERT_TRUE(seen->stored);
  ASSERT_FALSE(seen->intermediary_log.empty());
}

TEST_F(MailThrough, ARefusalIsProvedByTheForwardersLog) {
  on_send_ = [&](const mail::SmtpSubmission&) {
    take("forwarder", "ABCDEF1", kRogue);
    refuse("ABCDE01", kForwarder, "5.7.1 rejected");
    hand_on("forwarder", "ABCDEF1",
            "bounced (host receiver[198.18.1.11] said: 554 5.7.1 rejected (in reply to end of DATA command))");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(through());
  ASSERT_TRUE(seen) << render(seen.error());
  ASSERT_TRUE(seen->receiver_reply);
  EXPECT_EQ(seen->receiver_reply->code, 554);
  EXPECT_EQ(seen->receiver_queue_id, "ABCDE01");
  EXPECT_FALSE(seen->stored);
  EXPECT_TRUE(seen->searched_everywhere);
  EXPECT_THAT(seen->intermediary_log, testing::Contains(HasSubstr("554 5.7.1 rejected")));
}

TEST_F(MailThrough, TheRewrittenEnvelopeIsWhatTheReceiverSaw) {
  auto wanted = through();
  wanted.rcpt_to = "m001@forward-srs.example";
  on_send_ = [&](const mail::SmtpSubmission&) {
    take("srs-forwarder", "ABCDEF1", kRogue, "SRS0=x=y=m001.mail.nic.example=user-a@forward-srs.example");
    store("ABCDE01");
    hand_on("srs-forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(wanted);
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(seen->mail_from, "SRS0=x=y=m001.mail.nic.example=user-a@forward-srs.example");
  EXPECT_EQ(seen->client_address, "198.18.0.32");
}

// Through the sender's own MTA to a list, which another forwarder stands before.
TEST_F(MailThrough, TheLastOfSeveralIsTheOneThatTheReceiverSaw) {
  on_send_ = [&](const mail::SmtpSubmission&) {
    sender_.append(kMailLog, log_line("sender",
                                      "smtp[4]: ABCDE02: to=<m001@forward.example>, relay=mx, dsn=2.0.0, "
                                      "status=sent (250 2.0.0 Ok: queued as ABCDEF1)"));
    take("forwarder", "ABCDEF1", kSender);
    hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE11)", "m001@lists.example");
    take("list", "ABCDE11", kForwarder);
    take("list", "ABCDE12", "127.0.0.1", "m001-bounces@lists.example");
    store("ABCDE01");
    hand_on("list", "ABCDE12", "sent (250 2.0.0 Ok: queued as ABCDE01)");
    return accepted("ABCDE02");
  };
  const auto seen = port_->deliver(through(MailOrder::Via::relay));
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_EQ(seen->from_host, "list");
  EXPECT_EQ(seen->mail_from, "m001-bounces@lists.example");
}

TEST_F(MailThrough, AnEarlierMessagesTrailIsNotThisOnes) {
  take("forwarder", "ABCDEF1", kRogue);
  store("ABCDE01");
  hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
  on_send_ = [&](const mail::SmtpSubmission&) { return accepted("ABCDEF2"); };
  const auto seen = port_->deliver(through());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::timeout);
  EXPECT_EQ(seen.error().where, "forwarder: postfix");
  EXPECT_THAT(seen.error().message, HasSubstr("none of them has seen it"));
}

TEST_F(MailThrough, AMessageThatStaysThereIsTheForwardersTrouble) {
  on_send_ = [&](const mail::SmtpSubmission&) {
    take("forwarder", "ABCDEF1", kRogue);
    hosts_["forwarder"].append(
        kMailLog,
        log_line("forwarder", fmt::format("smtp[4]: ABCDEF1: to=<{}>, relay=none, dsn=4.4.3, status=deferred (Host "
                                          "or domain name not found. Name service error)",
                                          kUser)));
    return accepted("ABCDEF1");
  };
  const auto seen = port_->deliver(through());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().where, "forwarder: postfix");
  EXPECT_THAT(seen.error().message, HasSubstr("Name service error"));
}

TEST_F(MailThrough, WhatTheForwarderItselfRefusesNeverReachedTheReceiver) {
  on_send_ = [&](const mail::SmtpSubmission&) { return refused(550, "5.1.1", "User unknown"); };
  const auto seen = port_->deliver(through());
  ASSERT_TRUE(seen) << render(seen.error());
  EXPECT_FALSE(seen->receiver_reply);
  EXPECT_FALSE(seen->searched_everywhere);
}

TEST_F(MailThrough, AForwarderThatTheLabLacksIsToldWithWhatAddsIt) {
  auto wanted = through();
  wanted.rcpt_to = "m001@forward-arc.example";
  const auto seen = port_->deliver(wanted);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::usage);
  EXPECT_THAT(seen.error().hint, HasSubstr("up --with arc-forwarder"));
}

TEST_F(MailThrough, ByHandItIsRecognizedByItsWay) {
  const auto mark = port_->mark("m001");
  ASSERT_TRUE(mark);
  store("ABCDE01");
  hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
  const auto stranger = port_->recognize(by_hand(), *mark);
  ASSERT_TRUE(stranger) << render(stranger.error());
  EXPECT_FALSE(*stranger);  // Nothing says that it came from rogue-mailer.
  take("forwarder", "ABCDEF1", kRogue);
  hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
  const auto found = port_->recognize(by_hand(), *mark);
  ASSERT_TRUE(found) << render(found.error());
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->from_host, "forwarder");
}

TEST_F(MailThrough, ByHandAListMayPutItsOwnNameIntoFrom) {
  const auto mark = port_->mark("m001");
  ASSERT_TRUE(mark);
  take("forwarder", "ABCDEF1", kRogue);
  hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)");
  message_.replace(0, message_.find("\r\n"), "From: m001@elsewhere.example");
  store("ABCDE01");
  const auto stranger = port_->recognize(by_hand(), *mark);
  ASSERT_TRUE(stranger) << render(stranger.error());
  EXPECT_FALSE(*stranger);
  message_.replace(0, message_.find("\r\n"), "From: m001@lists.example");
  store("ABCDE02");
  const auto found = port_->recognize(by_hand(), *mark);
  ASSERT_TRUE(found) << render(found.error());
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->header_from, "m001@lists.example");
}

/// What a forwarder has of a message that a person sent.
class MailBetween : public MailThrough {
 protected:
  MailBetween() : mark_(*port_->mark("m001")) {}

  bool is_waited_for() {
    const auto before = clock_.passed();
    const auto found = port_->recognize(by_hand(), mark_);
    EXPECT_TRUE(found && !*found);
    const auto waited = clock_.passed() - before;
    EXPECT_TRUE(waited == Milliseconds(0) || waited >= Milliseconds(1000));
    return waited > Milliseconds(0);
  }

 private:
  MailMark mark_;
};

TEST_F(MailBetween, WhatTheForwarderStillHasIsWaitedFor) {
  EXPECT_FALSE(is_waited_for());
  take("forwarder", "ABCDEF2", kRogue);
  EXPECT_TRUE(is_waited_for());
}

TEST_F(MailBetween, AMessageWhoseEnvelopeIsNotKnownYetIsWaitedFor) {
  hosts_["forwarder"].append(kMailLog, log_line("forwarder", "smtpd[1]: ABCDEF1: client=mx.example[198.18.0.251]"));
  EXPECT_TRUE(is_waited_for());
}

TEST_F(MailBetween, OthersMessagesAreNotWaitedFor) {
  take("forwarder", "ABCDEF1", kSender);
  EXPECT_FALSE(is_waited_for()) << "another client";
  take("forwarder", "ABCDEF2", kRogue, "other@m001.mail.nic.example");
  EXPECT_FALSE(is_waited_for()) << "another envelope sender";
  take("forwarder", "ABCDEF3", kRogue);
  hosts_["forwarder"].append(kMailLog, log_line("forwarder",
                                                "local[4]: ABCDEF3: to=<m002@forward.example>, relay=none, dsn=4.0.0, "
                                                "status=deferred (later)"));
  EXPECT_FALSE(is_waited_for()) << "another recipient";
}

TEST_F(MailBetween, AMessageThatTheForwarderRefusedIsNotWaitedFor) {
  hosts_["forwarder"].append(
      kMailLog,
      log_line("forwarder", "smtpd[1]: ABCDEF1: client=mx.example[198.18.0.251]") +
          log_line(
              "forwarder",
              fmt::format("cleanup[2]: ABCDEF1: milter-reject: END-OF-MESSAGE from mx.example[198.18.0.251]: 5.7.1 "
                          "no; from=<{}> to=<m001@forward.example> proto=ESMTP helo=<mx.example>",
                          kUser)));
  EXPECT_FALSE(is_waited_for());
}

TEST_F(MailBetween, WhatWasHandedOnToThatRecipientIsNotWaitedFor) {
  take("forwarder", "ABCDEF1", kRogue);
  hand_on("forwarder", "ABCDEF1", "sent (250 2.0.0 Ok: queued as ABCDE01)", "other@m001.mail.nic.example");
  EXPECT_TRUE(is_waited_for()) << "to another recipient";
  // As from a list: what goes out has a queue ID of its own.
  take("forwarder", "ABCDEF3", "127.0.0.1");
  hand_on("forwarder", "ABCDEF3", "sent (250 2.0.0 Ok: queued as ABCDE01)");
  EXPECT_FALSE(is_waited_for());
  take("forwarder", "ABCDEF2", kRogue, kUser, "<2@x>");
  EXPECT_TRUE(is_waited_for()) << "another message";
}

}  // namespace
}  // namespace labctl::lab
