#include "labctl/evaluate/live_resolver.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_name_server.h"

namespace labctl::evaluate {
namespace {

using Bytes = fakes::FakeNameServer::Bytes;

/// Answers each question with `rcode` and, for a TXT, an alias to x.example and its text "v=spf1".
std::vector<Bytes> answer(const Bytes& query, std::uint8_t rcode) {
  std::size_t end = 12;
  while (query.at(end) != 0) end += query[end] + 1U;
  Bytes bytes(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(end) + 5);
  bytes[2] = 0x80;
  bytes[3] = rcode;
  bytes[11] = 0;
  if (rcode == 0) {
    bytes[7] = 2;
    const Bytes records{0xc0, 0x0c, 0,   5,   0,   1, 0, 0,   0, 9,   0,   11,  1,   'x', 7,   'e', 'x',
                        'a',  'm',  'p', 'l', 'e', 0, 1, 'x', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0,
                        0,    16,   0,   1,   0,   0, 0, 9,   0, 7,   6,   'v', '=', 's', 'p', 'f', '1'};
    bytes.insert(bytes.end(), records.begin(), records.end());
  }
  return {bytes};
}

TEST(LiveResolver, GivesTheRecordsAtTheEndOfAnAlias) {
  const fakes::FakeNameServer server([](const Bytes& query) { return answer(query, 0); });
  LiveResolver resolver{dns::Resolver(server.endpoint())};
  const auto found = resolver.query("shop.example", "TXT");
  EXPECT_EQ(found.rcode, "NOERROR");
  EXPECT_EQ(texts_of(found), std::vector<std::string>{"v=spf1"});
  EXPECT_FALSE(resolver.failure().has_value());
}

TEST(LiveResolver, AnRcodeIsAnAnswer) {
  const fakes::FakeNameServer server([](const Bytes& query) { return answer(query, query[13] == 'n' ? 3 : 2); });
  LiveResolver resolver{dns::Resolver(server.endpoint())};
  EXPECT_TRUE(resolver.query("none.example", "TXT").has_no_name());
  EXPECT_TRUE(resolver.query("fails.example", "TXT").is_trouble());
  EXPECT_FALSE(resolver.failure().has_value());
}

TEST(LiveResolver, SilenceIsTroubleAndIsKept) {
  const fakes::FakeNameServer server([](const Bytes&) { return std::vector<Bytes>{}; });
  LiveResolver resolver{dns::Resolver(server.endpoint(), Milliseconds{30})};
  EXPECT_EQ(resolver.query("shop.example", "TXT").rcode, "TIMEOUT");
  ASSERT_TRUE(resolver.failure().has_value());
  EXPECT_EQ(resolver.failure()->kind, ErrorKind::timeout);
}

}  // namespace
}  // namespace labctl::evaluate
