#include "labctl/mail/smtp.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "labctl/base/base64.h"
#include "labctl/base/text.h"
#include "tests/fakes/fake_smtp.h"

namespace labctl::mail {
namespace {

using fakes::FakeSmtp;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kMessage = "From: user-a@apple.example\r\nSubject: x\r\n\r\nHello.\r\n.dot\r\n";

SmtpSubmission submission(const FakeSmtp& server) {
  return {.server = server.endpoint(),
          .server_name = {},
          .helo = "apple.example",
          .mail_from = "user-a@apple.example",
          .rcpt_to = {"user-b@orange.example"},
          .data = kMessage,
          .user = {},
          .password = {},
          .tls = TlsPolicy::opportunistic,
          .ca_pem = {},
          .timeout = Milliseconds(5'000)};
}

std::vector<std::string> texts(const SmtpTranscript& transcript) {
  std::vector<std::string> lines;
  for (const auto& line : transcript.lines)
    lines.push_back((line.direction == SmtpLine::Direction::client ? "> " : "< ") + line.text);
  return lines;
}

TEST(Smtp, TellsTheWholeDialogue) {
  const FakeSmtp server;
  const auto sent = send(submission(server));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_TRUE(sent->accepted());
  EXPECT_EQ(sent->reply.code, 250);
  EXPECT_EQ(sent->reply.enhanced_code, "2.0.0");
  EXPECT_EQ(sent->reply.text, "Ok: queued as 016D3C2013A");
  EXPECT_EQ(sent->queue_id, "016D3C2013A");
  EXPECT_FALSE(sent->tls);
  EXPECT_THAT(
      texts(*sent),
      ElementsAre("< 220 mx.test ESMTP", "> EHLO apple.example", "< 250-mx.test", "< 250-PIPELINING",
                  "< 250 ENHANCEDSTATUSCODES", "> MAIL FROM:<user-a@apple.example>", "< 250 2.1.0 Ok",
                  "> RCPT TO:<user-b@orange.example>", "< 250 2.1.0 Ok", "> DATA",
                  "< 354 End data with <CR><LF>.<CR><LF>", "> From: user-a@apple.example", "> Subject: x", "> ",
                  "> Hello.", "> .dot", "> .", "< 250 2.0.0 Ok: queued as 016D3C2013A", "> QUIT", "< 221 2.0.0 Bye"));
  // RFC 5321 section 4.5.2: a leading dot is doubled on the wire.
  EXPECT_THAT(server.data(), ElementsAre("From: user-a@apple.example", "Subject: x", "", "Hello.", "..dot"));
}

TEST(Smtp, TakesTheNullReversePathAndAnAddressLiteral) {
  const FakeSmtp server;
  auto order = submission(server);
  order.mail_from.clear();
  order.helo = "[198.18.0.251]";
  order.rcpt_to.push_back("user-c@orange.example");
  const auto sent = send(order);
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_THAT(server.commands(), ElementsAre("EHLO [198.18.0.251]", "MAIL FROM:<>", "RCPT TO:<user-b@orange.example>",
                                             "RCPT TO:<user-c@orange.example>", "DATA", "QUIT"));
}

struct Refusal {
  const char* verb;
  const char* answer;
  SmtpStage stage;
  int code;
  const char* enhanced;
  const char* text;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.verb << ": " << refusal.answer; }

class SmtpRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(SmtpRefusal, IsEvidenceWithItsStage) {
  const auto& refusal = GetParam();
  const FakeSmtp server(FakeSmtp::Answers{{refusal.verb, refusal.answer}, {"HELO", "502 no"}});
  const auto sent = send(submission(server));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_FALSE(sent->accepted());
  EXPECT_EQ(name_of(sent->stage), name_of(refusal.stage));
  EXPECT_EQ(sent->reply.code, refusal.code);
  EXPECT_EQ(sent->reply.enhanced_code, refusal.enhanced);
  EXPECT_EQ(sent->reply.text, refusal.text);
  EXPECT_EQ(sent->queue_id, "");
}

INSTANTIATE_TEST_SUITE_P(
    Stages, SmtpRefusal,
    testing::Values(
        Refusal{"", "554 5.3.2 no service", SmtpStage::connect, 554, "5.3.2", "no service"},
        Refusal{"", "421 4.3.2 busy", SmtpStage::connect, 421, "4.3.2", "busy"},
        Refusal{"EHLO", "501 bad name", SmtpStage::ehlo, 502, "", "no"},
        Refusal{"MAIL", "450 4.1.8 who is that", SmtpStage::mail, 450, "4.1.8", "who is that"},
        Refusal{"RCPT", "550 5.1.1 unknown", SmtpStage::rcpt, 550, "5.1.1", "unknown"},
        Refusal{"RCPT", "451-4.7.1 later,\r\n451-4.7.1 not\r\n451 4.7.1 now", SmtpStage::rcpt, 451, "4.7.1",
                "later, not now"},
        Refusal{"DATA", "554 no valid recipients", SmtpStage::data, 554, "", "no valid recipients"},
        Refusal{".", "554 5.7.1 Action set by DMARC", SmtpStage::end_of_data, 554, "5.7.1", "Action set by DMARC"},
        Refusal{".", "451 4.7.1 Service unavailable", SmtpStage::end_of_data, 451, "4.7.1", "Service unavailable"},
        Refusal{".", "550", SmtpStage::end_of_data, 550, "", ""}));

class SmtpBreak : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(SmtpBreak, IsAnErrorThatNamesTheStage) {
  const auto& [verb, stage] = GetParam();
  const FakeSmtp server(FakeSmtp::Answers{{verb, FakeSmtp::kDrop}});
  const auto sent = send(submission(server));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::lab);
  EXPECT_THAT(sent.error().message, HasSubstr(fmt::format("broke at {}", stage)));
  EXPECT_THAT(sent.error().where, StartsWith("127.0.0.1:"));
}

INSTANTIATE_TEST_SUITE_P(Stages, SmtpBreak,
                         testing::Values(std::pair{"", "connect"}, std::pair{"EHLO", "EHLO"},
                                         std::pair{"MAIL", "MAIL FROM"}, std::pair{"RCPT", "RCPT TO"},
                                         std::pair{"DATA", "DATA"}, std::pair{".", "end of data"}));

TEST(Smtp, AHangingServerIsATimeout) {
  for (const char* verb : {"", "EHLO", "."}) {
    const FakeSmtp server(FakeSmtp::Answers{{verb, FakeSmtp::kHang}});
    auto order = submission(server);
    order.timeout = Milliseconds(100);
    const auto sent = send(order);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::timeout) << render(sent.error());
  }
}

TEST(Smtp, AHangAtTheFarewellDoesNotUndoTheDelivery) {
  const FakeSmtp server(FakeSmtp::Answers{{"QUIT", FakeSmtp::kHang}});
  auto order = submission(server);
  order.timeout = Milliseconds(500);
  const auto begin = std::chrono::steady_clock::now();
  const auto sent = send(order);
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_TRUE(sent->accepted());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
}

TEST(Smtp, ARefusedFarewellDoesNotUndoTheDelivery) {
  const FakeSmtp server(FakeSmtp::Answers{{"QUIT", "554 5.0.0 stay"}});
  const auto sent = send(submission(server));
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->accepted());
}

TEST(Smtp, NobodyThereIsAnError) {
  Endpoint nobody;
  {
    const FakeSmtp server;
    nobody = server.endpoint();
  }
  const FakeSmtp other;
  auto order = submission(other);
  order.server = nobody;
  const auto sent = send(order);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::lab);
  EXPECT_THAT(sent.error().message, HasSubstr("nothing answers SMTP"));
}

TEST(Smtp, ASocketThatCannotBeMadeIsToldAsItIs) {
  class NoSockets final : public SocketSource {
   public:
    Result<FileDescriptor> open(int, int) override { return lab_error("the host is down"); }
  };
  const FakeSmtp server;
  auto order = submission(server);
  order.server.from = std::make_shared<NoSockets>();
  const auto sent = send(order);
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().message, HasSubstr("the host is down"));
}

TEST(Smtp, HidesCredentials) {
  // Base64 that looks like commands: "mail" and "data" are base64 words too.
  for (const char* user : {"user-a", "\x99\xa8\xa5"}) {
    const FakeSmtp server(FakeSmtp::Answers{{"EHLO", "250-mx.test\r\n250 AUTH PLAIN LOGIN"}});
    auto order = submission(server);
    order.user = user;
    order.password = "secret-of-m001";
    const auto sent = send(order);
    ASSERT_TRUE(sent) << render(sent.error());
    EXPECT_TRUE(sent->accepted());
    EXPECT_THAT(texts(*sent), Contains("> AUTH PLAIN"));
    EXPECT_THAT(texts(*sent), Contains("> …"));
    const std::string secret = to_base64(fmt::format("{}{}{}{}{}", '\0', user, '\0', order.password, ""));
    EXPECT_THAT(server.commands(), Contains(secret));
    EXPECT_THAT(join(texts(*sent), "\n"), Not(HasSubstr(secret)));
  }
}

TEST(Smtp, ASecretThatLooksLikeACommandIsHiddenToo) {
  // LOGIN sends the user alone: the base64 of these octets is "mail".
  const FakeSmtp server(FakeSmtp::Answers{{"EHLO", "250-mx.test\r\n250 AUTH LOGIN"}, {"334", "334 UGFzc3dvcmQ6"}});
  auto order = submission(server);
  order.user = *from_base64("mail");
  order.password = "x";
  order.timeout = Milliseconds(300);
  const auto sent = send(order);
  const std::string told = sent ? join(texts(*sent), "\n") : sent.error().message;
  EXPECT_THAT(server.commands(), Contains("bWFpbA==").Times(0));
  EXPECT_THAT(server.commands(), Contains("mail"));
  EXPECT_THAT(told, Not(HasSubstr("> mail")));
}

TEST(Smtp, ARefusedLoginIsEvidence) {
  const FakeSmtp server(
      FakeSmtp::Answers{{"EHLO", "250-mx.test\r\n250 AUTH PLAIN"}, {"334", "535 5.7.8 authentication failed"}});
  auto order = submission(server);
  order.user = "user-a";
  order.password = "wrong";
  const auto sent = send(order);
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_EQ(sent->stage, SmtpStage::auth);
  EXPECT_EQ(sent->reply.code, 535);
}

TEST(Smtp, OpportunisticTlsGoesOnWithoutItAndRequiredTlsDoesNot) {
  const FakeSmtp server(
      FakeSmtp::Answers{{"EHLO", "250-mx.test\r\n250 STARTTLS"}, {"STARTTLS", "454 4.7.0 TLS not available"}});
  auto order = submission(server);
  const auto sent = send(order);
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_TRUE(sent->accepted());
  EXPECT_FALSE(sent->tls);

  order.tls = TlsPolicy::required;
  const auto refused = send(order);
  ASSERT_TRUE(refused) << render(refused.error());
  EXPECT_EQ(refused->stage, SmtpStage::starttls);
  EXPECT_EQ(refused->reply.code, 454);

  order.tls = TlsPolicy::never;
  ASSERT_TRUE(send(order));
  EXPECT_THAT(server.commands(), Contains("STARTTLS").Times(2));
}

TEST(Smtp, RequiredTlsThatIsNotOfferedIsAnError) {
  const FakeSmtp server;
  auto order = submission(server);
  order.tls = TlsPolicy::required;
  const auto sent = send(order);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::lab);
  EXPECT_THAT(server.commands(), Not(Contains(StartsWith("MAIL"))));
}

TEST(Smtp, ALongMessageIsSentWholeAndToldInPart) {
  const FakeSmtp server;
  auto order = submission(server);
  for (int i = 0; i < 5000; ++i) order.data += fmt::format("line {}\r\n", i);
  const auto sent = send(order);
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_EQ(server.data().size(), 5005U);
  EXPECT_LT(sent->lines.size(), 250U);
  EXPECT_THAT(texts(*sent), Contains("> … (4805 more lines)"));
}

TEST(Smtp, AServerThatTalksWithoutEndIsBounded) {
  std::string babble;
  for (int i = 0; i < 10'000; ++i) babble += "250-and so on and so on\r\n";
  const FakeSmtp server(FakeSmtp::Answers{{"RCPT", babble + "550 no"}});
  const auto sent = send(submission(server));
  ASSERT_TRUE(sent) << render(sent.error());
  EXPECT_EQ(sent->reply.code, 550);
  EXPECT_LE(sent->lines.size(), 2000U);
  EXPECT_LT(sent->reply.text.size(), 20'000U);
}

TEST(Smtp, NoCommandComesOutOfAnAddress) {
  const FakeSmtp server;
  for (const auto& change : std::vector<std::function<void(SmtpSubmission&)>>{
           [](auto& order) { order.mail_from = "a@b>\r\nRCPT TO:<x@y"; },
           [](auto& order) { order.rcpt_to = {"a@b\r\nDATA"}; }, [](auto& order) { order.rcpt_to = {"a@b", "c@d\n"}; },
           [](auto& order) { order.rcpt_to.clear(); }, [](auto& order) { order.rcpt_to = {""}; },
           [](auto& order) { order.helo.clear(); }, [](auto& order) { order.helo = "a\r\nQUIT"; },
           [](auto& order) { order.helo = "a b"; }}) {
    auto order = submission(server);
    change(order);
    const auto sent = send(order);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::usage);
  }
  EXPECT_TRUE(server.commands().empty());
}

}  // namespace
}  // namespace labctl::mail
