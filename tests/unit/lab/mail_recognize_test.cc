#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lab/mail_port_testing.h"

namespace labctl::lab {
namespace {

using testing::HasSubstr;

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

// Postfix gives a queue ID again once its message is gone.
TEST_F(RecognizeTest, WhatStoodInTheMailboxBeforeTheMarkIsNotTheMessage) {
  store_.folders["INBOX"].push_back(stored("AAAAAA2"));
  const auto mark = port_->mark("m001");
  ASSERT_TRUE(mark);
  receive("AAAAAA2", kRogue);
  queue("AAAAAA2");
  deliver_to("AAAAAA2", "sent (250 Saved)");
  remove("AAAAAA2");
  store_.folders["Junk"].push_back(stored("AAAAAA2"));
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->stored->folder, "Junk");
  EXPECT_EQ(store_.searched_from["INBOX"], 2U);
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

// Envelope and client are all that there is of it.
TEST_F(RecognizeTest, AMessageThatWasRefusedBeforeItsHeaderCame) {
  const auto mark = port_->mark("m001");
  ASSERT_TRUE(mark);
  receiver_.append(kMailLog, log_line("receiver", fmt::format("smtpd[1]: NOQUEUE: reject: RCPT from "
                                                              "mx.example[198.18.0.251]: 550 5.1.1 unknown; from=<{}> "
                                                              "to=<{}> proto=ESMTP helo=<mx.example>",
                                                              kUser, kUser)));
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_reply->code, 550);
  EXPECT_EQ((*seen)->helo, "mx.example");
  EXPECT_EQ((*seen)->header_from, "");
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
  receiver_.write(kMailLog, log_line("x", "master[1]: daemon started"));
  store_.folders["INBOX"].clear();
  store_by_hand("AAAAAA7", "INBOX");
  const auto seen = recognize(*mark);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->receiver_queue_id, "AAAAAA7");
}

TEST_F(RecognizeTest, AFilterThatIsAwayIsAnErrorUntilTheNextAttempt) {
  const auto mark = port_->mark("m001");
  receiver_.append(kMailLog,
                   log_line("receiver",
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
