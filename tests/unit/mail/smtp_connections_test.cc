#include "labctl/mail/smtp_connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "tests/fakes/fake_smtp.h"

namespace labctl::mail {
namespace {

using fakes::FakeSmtp;
using fakes::ScriptedPeer;
using fakes::ScriptedServer;
using testing::ElementsAre;

SmtpSubmission letter(const Endpoint& server, bool follows) {
  return {.server = server,
          .server_name = {},
          .helo = "apple.example",
          .mail_from = "user-a@apple.example",
          .rcpt_to = {"user-b@orange.example"},
          .data = "Subject: x\r\n\r\nHello.\r\n",
          .user = {},
          .password = {},
          .ca_pem = {},
          .timeout = Milliseconds(2'000),
          .follows = follows};
}

std::vector<std::string> lines_said(const Result<SmtpTranscript>& sent) {
  std::vector<std::string> lines;
  if (!sent) return {render(sent.error())};
  for (const auto& line : sent->lines) lines.push_back(line.text);
  return lines;
}

const auto kWholeDialogue = ElementsAre(
    "220 mx.test ESMTP", "EHLO apple.example", "250-mx.test", "250-PIPELINING", "250 ENHANCEDSTATUSCODES",
    "MAIL FROM:<user-a@apple.example>", "250 2.1.0 Ok", "RCPT TO:<user-b@orange.example>", "250 2.1.0 Ok", "DATA",
    "354 End data with <CR><LF>.<CR><LF>", "Subject: x", "", "Hello.", ".", "250 2.0.0 Ok: queued as 016D3C2013A");

TEST(SmtpConnections, AMessageThatFollowsGoesOverTheSameConnection) {
  const FakeSmtp server;
  {
    SmtpConnections connections;
    for (const bool follows : {false, true, true}) {
      const auto sent = connections.send(letter(server.endpoint(), follows));
      // Each dialogue begins as its connection did.
      EXPECT_THAT(lines_said(sent), kWholeDialogue);
      EXPECT_TRUE(sent && sent->accepted());
    }
  }
  EXPECT_THAT(
      server.commands(),
      ElementsAre("EHLO apple.example", "MAIL FROM:<user-a@apple.example>", "RCPT TO:<user-b@orange.example>", "DATA",
                  "MAIL FROM:<user-a@apple.example>", "RCPT TO:<user-b@orange.example>", "DATA",
                  "MAIL FROM:<user-a@apple.example>", "RCPT TO:<user-b@orange.example>", "DATA", "NOOP", "QUIT"));
}

TEST(SmtpConnections, OneThatDoesNotFollowGetsANewOne) {
  const FakeSmtp server;
  {
    SmtpConnections connections;
    for (int i = 0; i < 2; ++i)
      EXPECT_THAT(lines_said(connections.send(letter(server.endpoint(), false))), kWholeDialogue);
  }
  EXPECT_THAT(server.commands(),
              ElementsAre("EHLO apple.example", "MAIL FROM:<user-a@apple.example>", "RCPT TO:<user-b@orange.example>",
                          "DATA", "NOOP", "QUIT", "EHLO apple.example", "MAIL FROM:<user-a@apple.example>",
                          "RCPT TO:<user-b@orange.example>", "DATA", "NOOP", "QUIT"));
}

TEST(SmtpConnections, ARefusalEndsTheConnection) {
  const FakeSmtp server(FakeSmtp::Answers{{".", "554 5.7.1 no"}});
  SmtpConnections connections;
  for (const bool follows : {false, true}) {
    const auto sent = connections.send(letter(server.endpoint(), follows));
    ASSERT_TRUE(sent) << render(sent.error());
    EXPECT_EQ(sent->reply.code, 554);
  }
  EXPECT_EQ(std::ranges::count(server.commands(), "EHLO apple.example"), 2);
}

TEST(SmtpConnections, AnotherServerOrNameHasItsOwn) {
  const FakeSmtp one;
  const FakeSmtp other;
  SmtpConnections connections;
  for (const auto* server : {&one, &other, &one, &other})
    EXPECT_THAT(lines_said(connections.send(letter(server->endpoint(), true))), kWholeDialogue);
  for (const auto* server : {&one, &other}) EXPECT_EQ(std::ranges::count(server->commands(), "EHLO apple.example"), 1);
}

/// Takes one message a connection; the next one is not answered, and the connection closed. The greeting counts.
class ImpatientServer {
 public:
  explicit ImpatientServer(bool waits_for_next)
      : server_([this, waits_for_next](ScriptedPeer& peer) {
          peer.send("220 number " + std::to_string(++connections_) + "\r\n");
          bool data = false;
          while (const auto line = peer.line()) {
            if (data && *line != ".") continue;
            data = *line == "DATA";
            peer.send(data ? "354 go on\r\n" : "250 2.0.0 Ok\r\n");
            if (*line != ".") continue;
            if (waits_for_next) peer.line();
            return;
          }
        }) {}
  [[nodiscard]] Endpoint endpoint() const { return server_.endpoint(); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  std::atomic<int> connections_ = 0;
  ScriptedServer server_;
};

TEST(SmtpConnections, OneThatTheServerGaveUpIsOpenedAnew) {
  for (const bool waits_for_next : {false, true}) {
    const ImpatientServer server(waits_for_next);
    SmtpConnections connections;
    for (const int number : {1, 2}) {
      const auto sent = connections.send(letter(server.endpoint(), true));
      ASSERT_TRUE(sent) << render(sent.error());
      EXPECT_TRUE(sent->accepted());
      EXPECT_EQ(sent->lines.front().text, "220 number " + std::to_string(number));
      EXPECT_EQ(std::ranges::count(sent->lines, "EHLO apple.example", &SmtpLine::text), 1);
    }
    EXPECT_EQ(server.connections(), 2);
  }
}

}  // namespace
}  // namespace labctl::mail
