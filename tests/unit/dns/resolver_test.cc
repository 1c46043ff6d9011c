#include "labctl/dns/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_name_server.h"

namespace labctl::dns {
namespace {

using fakes::FakeNameServer;
using Bytes = FakeNameServer::Bytes;
using Datagrams = std::vector<Bytes>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint8_t kAnswerAuthoritative = 0x84;
constexpr std::uint8_t kTruncated = 0x02;

/// The record of `type` at the name that was asked for (RFC 1035 section 4.1.3 and 4.1.4).
Bytes rr(std::uint8_t type, std::uint8_t ttl, const Bytes& rdata) {
  Bytes bytes{0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, ttl, 0, static_cast<std::uint8_t>(rdata.size())};
  bytes.insert(bytes.end(), rdata.begin(), rdata.end());
  return bytes;
}

/// An answer to `query` with its id and question.
Bytes answer(const Bytes& query, const std::vector<Bytes>& answers, const std::vector<Bytes>& authority = {},
             std::uint8_t flags = kAnswerAuthoritative, std::uint8_t rcode = 0) {
  Bytes bytes(query.begin(), query.begin() + 12);
  bytes[2] = flags;
  bytes[3] = rcode;
  bytes[7] = static_cast<std::uint8_t>(answers.size());
  bytes[9] = static_cast<std::uint8_t>(authority.size());
  bytes[11] = 0;
  std::size_t end = 12;
  while (query.at(end) != 0) end += query[end] + 1U;
  bytes.insert(bytes.end(), query.begin() + 12, query.begin() + static_cast<std::ptrdiff_t>(end) + 5);
  for (const auto* section : {&answers, &authority})
    for (const auto& record : *section) bytes.insert(bytes.end(), record.begin(), record.end());
  return bytes;
}

Bytes framed(Bytes message) {
  const auto size = message.size();
  message.insert(message.begin(), {static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size & 0xffU)});
  return message;
}

const Bytes kAddress{198, 18, 0, 1};
/// SOA rdata: both names are the one that was asked for.
const Bytes kSoa{0xc0, 0x0c, 0xc0, 0x0c, 0, 0, 0, 42, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7};

Result<Answer> ask(const FakeNameServer& server, std::string_view type = "A",
                   Milliseconds timeout = Milliseconds{2000}) {
  return Resolver(server.endpoint(), timeout).query("Www.M001.lab.example", type);
}

TEST(Resolver, ReadsAnAnswer) {
  const FakeNameServer server([](const Bytes& query) { return Datagrams{answer(query, {rr(1, 20, kAddress)})}; });
  const auto got = ask(server, "a");
  ASSERT_TRUE(got) << render(got.error());
  EXPECT_EQ(got->name, "www.m001.lab.example.");
  EXPECT_EQ(got->type, "A");
  EXPECT_EQ(got->rcode, "NOERROR");
  EXPECT_TRUE(got->authoritative);
  EXPECT_THAT(got->records, ElementsAre(Record{"www.m001.lab.example.", 20, "A", "198.18.0.1"}));
}

TEST(Resolver, AsksForRecursionWithRoomFor1232Octets) {
  const FakeNameServer server([](const Bytes& query) { return Datagrams{answer(query, {})}; });
  ASSERT_TRUE(ask(server));
  const auto query = server.udp_queries().at(0);
  EXPECT_EQ(query[2], 0x01) << "RD and nothing else";
  EXPECT_EQ(query[11], 1) << "one OPT record";
  // RFC 6891 section 6.1.2: root, type 41, then the size.
  EXPECT_THAT(Bytes(query.end() - 11, query.end() - 6), ElementsAre(0, 0, 41, 1232 >> 8, 1232 & 0xff));
}

TEST(Resolver, EachQueryHasAnotherId) {
  const FakeNameServer server([](const Bytes& query) { return Datagrams{answer(query, {})}; });
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(ask(server));
  const auto queries = server.udp_queries();
  EXPECT_FALSE(std::ranges::all_of(
      queries, [&](const Bytes& query) { return query[0] == queries[0][0] && query[1] == queries[0][1]; }));
}

TEST(Resolver, AnRcodeIsAnAnswer) {
  const FakeNameServer server(
      [](const Bytes& query) { return Datagrams{answer(query, {}, {rr(6, 20, kSoa)}, kAnswerAuthoritative, 3)}; });
  const auto got = ask(server, "TXT");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->rcode, "NXDOMAIN");
  EXPECT_THAT(got->records, IsEmpty());
  EXPECT_EQ(got->negative_ttl, 7U) << "the lesser of TTL 20 and minimum 7";
}

TEST(Resolver, DropsWhatIsNoAnswerToItsQuestion) {
  const FakeNameServer server([](const Bytes& query) {
    const auto good = answer(query, {rr(1, 20, kAddress)});
    auto wrong_id = answer(query, {rr(1, 20, {1, 1, 1, 1})});
    wrong_id[0] ^= 0xff;
    auto wrong_name = answer(query, {rr(1, 20, {2, 2, 2, 2})});
    wrong_name[13] = 'x';
    auto wrong_type = answer(query, {rr(1, 20, {3, 3, 3, 3})});
    wrong_type[good.size() - rr(1, 20, kAddress).size() - 3] = 16;
    auto no_answer = answer(query, {rr(1, 20, {4, 4, 4, 4})});
    no_answer[2] = 0x01;
    auto no_question = answer(query, {});
    no_question[5] = 0;
    no_question.resize(12);
    const Bytes cut(good.begin(), good.end() - 3);
    const Bytes garbage(600, 0xc0);
    return Datagrams{wrong_id, wrong_name, wrong_type, no_answer, no_question, cut, garbage, Bytes{}, good};
  });
  const auto got = ask(server);
  ASSERT_TRUE(got) << render(got.error());
  EXPECT_THAT(got->records, ElementsAre(Record{"www.m001.lab.example.", 20, "A", "198.18.0.1"}));
  EXPECT_EQ(server.udp_queries().size(), 1U);
}

TEST(Resolver, RdataThatEndsTooEarlyIsNoAnswer) {
  const FakeNameServer server([](const Bytes& query) {
    return Datagrams{answer(query, {}, {rr(6, 20, {0xc0, 0x0c, 0xc0, 0x0c, 0, 0, 0, 42})}),
                     answer(query, {rr(15, 20, {})}), answer(query, {rr(6, 20, {})})};
  });
  const auto got = ask(server, "A", Milliseconds{60});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::timeout);
}

TEST(Resolver, SilenceIsATimeoutAfterAFewTries) {
  const FakeNameServer server([](const Bytes&) { return Datagrams{}; });
  const auto begin = real_clock().now();
  const auto got = ask(server, "A", Milliseconds{90});
  const auto took = real_clock().now() - begin;
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::timeout);
  EXPECT_THAT(got.error().message, HasSubstr("www.m001.lab.example. A"));
  EXPECT_GE(took, Milliseconds{90});
  EXPECT_LT(took, Milliseconds{1000});
  // The last may still be on its way to the server.
  EXPECT_GE(server.udp_queries().size(), 2U);
  EXPECT_LE(server.udp_queries().size(), 4U);
}

TEST(Resolver, ALostDatagramIsAskedForAgain) {
  int seen = 0;
  const FakeNameServer server(
      [&](const Bytes& query) { return ++seen < 2 ? Datagrams{} : Datagrams{answer(query, {rr(1, 20, kAddress)})}; });
  EXPECT_EQ(ask(server, "A", Milliseconds{300}).value().records.size(), 1U);
}

TEST(Resolver, WhatIsCutShortIsAskedForOverTcp) {
  const FakeNameServer server(
      [](const Bytes& query) { return Datagrams{answer(query, {}, {}, kAnswerAuthoritative | kTruncated)}; },
      [](const Bytes& query) { return framed(answer(query, {rr(1, 20, kAddress)})); });
  EXPECT_EQ(ask(server).value().records.size(), 1U);
  EXPECT_EQ(server.tcp_connections(), 1);
}

TEST(Resolver, BadAnswersOverTcpAreErrors) {
  struct BadAnswer {
    FakeNameServer::Tcp tcp;
    std::string complaint;
  };
  const std::vector<BadAnswer> cases{
      {[](const Bytes&) { return Bytes{}; }, "closed the connection"},
      {[](const Bytes&) { return Bytes{0}; }, "closed the connection"},
      {[](const Bytes&) { return Bytes{0xff, 0xff, 1, 2, 3}; }, "closed the connection"},
      {[](const Bytes&) { return framed({}); }, "can't be read"},
      {[](const Bytes&) { return framed(Bytes(100, 0xc0)); }, "can't be read"},
  };
  for (const auto& [tcp, complaint] : cases) {
    const FakeNameServer server(
        [](const Bytes& query) { return Datagrams{answer(query, {}, {}, kAnswerAuthoritative | kTruncated)}; }, tcp);
    const auto got = ask(server);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::lab);
    EXPECT_THAT(got.error().message, HasSubstr(complaint));
  }
}

TEST(Resolver, NothingThereIsALabErrorAtOnce) {
  Endpoint endpoint;
  {
    const FakeNameServer server([](const Bytes&) { return Datagrams{}; });
    endpoint = server.endpoint();
  }
  const auto got = Resolver(endpoint).query("example", "A");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::lab);
  EXPECT_THAT(got.error().message, HasSubstr("nothing listens"));
}

TEST(Resolver, BadQuestionsAreUsageErrors) {
  const Resolver resolver({std::make_shared<fakes::OwnNetwork>(), "127.0.0.1", 1});
  EXPECT_EQ(resolver.query("a..b", "A").error().kind, ErrorKind::usage);
  EXPECT_EQ(resolver.query("a", "TXTT").error().kind, ErrorKind::usage);
  const Resolver nowhere({std::make_shared<fakes::OwnNetwork>(), "receiver", 53});
  EXPECT_THAT(nowhere.query("a", "A").error().message, HasSubstr("no IPv4 address"));
}

TEST(Resolver, TheSerialIsThatOfTheSoa) {
  const FakeNameServer server([](const Bytes& query) { return Datagrams{answer(query, {rr(6, 20, kSoa)})}; });
  EXPECT_EQ(Resolver(server.endpoint()).serial("m001.lab.example").value(), 42U);
  const FakeNameServer refusing([](const Bytes& query) { return Datagrams{answer(query, {}, {}, 0x80, 5)}; });
  const auto none = Resolver(refusing.endpoint()).serial("m001.lab.example");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::lab);
  EXPECT_THAT(none.error().message, HasSubstr("(REFUSED)"));
}

}  // namespace
}  // namespace labctl::dns
