#include "labctl/mail/raw_smtp.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_smtp.h"

namespace labctl::mail {
namespace {

SmtpSubmission raw_submission(const fakes::FakeSmtp& server, std::string data) {
  return {.server = server.endpoint(),
          .helo = "rogue.example",
          .mail_from = "(any@victim.example",
          .rcpt_to = {"user-b@orange.example"},
          .data = std::move(data),
          .timeout = Milliseconds{5'000},
          .raw = true};
}

TEST(RawSmtp, BytesGoOutAsTheyAre) {
  const fakes::FakeSmtp server;
  const auto sent = send(raw_submission(server, std::string(" From: x\r\nb\0c\r\n\r\n.dot\r\n", 23)));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_TRUE(sent->accepted());
  EXPECT_EQ(sent->queue_id, "016D3C2013A");
  EXPECT_EQ(server.commands().at(1), "MAIL FROM:<(any@victim.example>");
  EXPECT_EQ(server.data(), (std::vector<std::string>{" From: x", std::string("b\0c", 3), "", ".dot", ""}));
}

// The fake takes one end of the data for the end: what stands behind it are commands.
TEST(RawSmtp, TheReplyIsThatOfTheLastMessage) {
  const fakes::FakeSmtp server(fakes::FakeSmtp::Answers{{"RCPT", "250 2.1.5 Ok"}});
  const auto sent = send(raw_submission(
      server, "outer\r\n.\r\nMAIL FROM:<inner@victim.example>\r\nRCPT TO:<user-b@orange.example>\r\nDATA\r\ninner"));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_TRUE(sent->accepted());
  EXPECT_EQ(server.data(), (std::vector<std::string>{"outer", "inner"}));
  EXPECT_EQ(server.commands().at(4), "MAIL FROM:<inner@victim.example>");
}

TEST(RawSmtp, ARefusalIsHowTheDialogueEnded) {
  const fakes::FakeSmtp server(fakes::FakeSmtp::Answers{{"MAIL", "501 5.1.7 Bad sender address syntax"}});
  const auto sent = send(raw_submission(server, "x"));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_EQ(sent->stage, SmtpStage::mail);
  EXPECT_EQ(sent->reply.code, 501);
  EXPECT_EQ(sent->reply.enhanced_code, "5.1.7");
  EXPECT_FALSE(sent->accepted());
}

TEST(RawSmtp, ALostConnectionIsAnError) {
  const fakes::FakeSmtp server(fakes::FakeSmtp::Answers{{"DATA", fakes::FakeSmtp::kDrop}});
  const auto sent = send(raw_submission(server, "x"));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::lab);
}

}  // namespace
}  // namespace labctl::mail
