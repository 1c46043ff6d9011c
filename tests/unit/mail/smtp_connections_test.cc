#include "labctl/mail/smtp_connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

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

// A session is of one name and one user, and under TLS or not.
TEST(SmtpConnections, EachNameUserAndTlsPolicyHasItsOwn) {
  const std::vector<std::pair<const char*, std::function<void(SmtpSubmission&)>>> changes{
      {"helo", [](auto& order) { order.helo = "pear.example"; }},
      {"user", [](auto& order) { order.user = "user-b"; }},
      {"password", [](auto& order) { order.password = "other"; }},
      {"tls", [](auto& order) { order.tls = TlsPolicy::never; }}};
  for (const auto& [what, change] : changes) {
    const FakeSmtp server(FakeSmtp::Answers{{"EHLO", "250-mx.test\r\n250 AUTH PLAIN"}});
    SmtpConnections connections;
    auto order = letter(server.endpoint(), true);
    order.user = "user-a";
    order.password = "secret";
    ASSERT_TRUE(connections.send(order)) << what;
    change(order);
    // The fake serves one connection at a time, and the first is still open.
    order.timeout = Milliseconds(100);
    const auto sent = connections.send(order);
    ASSERT_FALSE(sent) << what;
    EXPECT_EQ(sent.error().kind, ErrorKind::timeout) << what << ": " << render(sent.error());
  }
}

TEST(SmtpConnections, OneThatDoesNotFollowLeavesThoseOfOtherServersOpen) {
  const FakeSmtp one;
  const FakeSmtp other;
  SmtpConnections connections;
  ASSERT_TRUE(connections.send(letter(one.endpoint(), true)));
  ASSERT_TRUE(connections.send(letter(other.endpoint(), false)));
  ASSERT_TRUE(connections.send(letter(one.endpoint(), true)));
  EXPECT_EQ(std::ranges::count(one.commands(), "EHLO apple.example"), 1);
}

TEST(SmtpConnections, WhatIsSentOctetByOctetSharesNone) {
  const FakeSmtp server;
  SmtpConnections connections;
  for (int i = 0; i < 2; ++i) {
    auto order = letter(server.endpoint(), true);
    order.raw = true;
    EXPECT_TRUE(connections.send(order));
  }
  EXPECT_EQ(std::ranges::count(server.commands(), "EHLO apple.example"), 2);
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

/// Takes the first message whole, and of the second nothing but what stands before `last`; then it is gone, or hangs.
class FailingServer {
 public:
  FailingServer(std::string last, bool hangs)
      : server_([this, last, hangs](ScriptedPeer& peer) {
          ++connections_;
          peer.send("220 mx.test ESMTP\r\n");
          bool data = false;
          while (const auto line = peer.line()) {
            if (messages_ > 0 && line->starts_with(last)) return hangs ? peer.hang() : void();
            if (data && *line != ".") continue;
            data = *line == "DATA";
            if (*line == ".") ++messages_;
            peer.send(data ? "354 go on\r\n" : "250 2.0.0 Ok\r\n");
          }
        }) {}
  [[nodiscard]] Endpoint endpoint() const { return server_.endpoint(); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  std::atomic<int> connections_ = 0;
  std::atomic<int> messages_ = 0;
  ScriptedServer server_;
};

// The server may have kept it: sent again, one message would be two.
TEST(SmtpConnections, AMessageWhoseDataWasSentIsNotSentAgain) {
  const FailingServer server(".", false);
  SmtpConnections connections;
  ASSERT_TRUE(connections.send(letter(server.endpoint(), true)));
  const auto sent = connections.send(letter(server.endpoint(), true));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::lab);
  EXPECT_EQ(server.connections(), 1);
}

TEST(SmtpConnections, AServerThatHangsIsNotAskedAgain) {
  const FailingServer server("MAIL", true);
  SmtpConnections connections;
  auto order = letter(server.endpoint(), true);
  order.timeout = Milliseconds(200);
  ASSERT_TRUE(connections.send(order));
  const auto sent = connections.send(order);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::timeout) << render(sent.error());
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace labctl::mail
