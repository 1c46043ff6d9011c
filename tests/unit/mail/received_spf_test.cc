#include "labctl/mail/received_spf.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(ReceivedSpfField, TheExampleOfTheRfc) {
  // RFC 7208 section 9.1
  const auto field = parse_received_spf(
      " pass (mybox.example.org: domain of\n    myname@example.com designates 192.0.2.1 as permitted sender)\n"
      "    receiver=mybox.example.org; client-ip=192.0.2.1;\n    envelope-from=\"myname@example.com\"; "
      "helo=foo.example.com;");
  EXPECT_EQ(field.result, "pass");
  EXPECT_THAT(
      field.comments,
      ElementsAre("mybox.example.org: domain of    myname@example.com designates 192.0.2.1 as permitted sender"));
  EXPECT_THAT(field.pairs, ElementsAre(Pair("receiver", "mybox.example.org"), Pair("client-ip", "192.0.2.1"),
                                       Pair("envelope-from", "myname@example.com"), Pair("helo", "foo.example.com")));
  EXPECT_THAT(field.defects, IsEmpty());
  ASSERT_NE(field.find("helo"), nullptr);
  EXPECT_EQ(field.find("problem"), nullptr);
}

TEST(ReceivedSpfField, WhatReceiversWrite) {
  const auto field = parse_received_spf(
      " Softfail (mailfrom) identity=mailfrom; client-ip=2001:db8::1 Helo=x; envelope-from=<>; receiver=<UNKNOWN> ");
  EXPECT_EQ(field.result, "softfail");
  EXPECT_THAT(field.pairs, ElementsAre(Pair("identity", "mailfrom"), Pair("client-ip", "2001:db8::1"),
                                       Pair("helo", "x"), Pair("envelope-from", "<>"), Pair("receiver", "<UNKNOWN>")));
  EXPECT_THAT(field.defects, IsEmpty());
}

TEST(ReceivedSpfField, WhatCannotBeReadIsADefect) {
  struct Case {
    const char* body;
    const char* result;
    std::size_t pairs;
    std::size_t position;
    const char* text;
  };
  for (const auto& [body, result, pairs, position, text] : {
           Case{"", "", 0, 0, ""},
           Case{"pass.x a=b", "pass.x", 1, 0, "pass.x"},
           Case{"pass junk a=b", "pass", 1, 5, "junk"},
           Case{"pass =x; a=b", "pass", 1, 5, "=x"},
           Case{"pass a=; b=c", "pass", 2, 7, ""},
           Case{"fail (x; a=b", "fail", 0, 5, "(x; a=b"},
           Case{"fail a=\"x; b=c", "fail", 1, 7, "\"x; b=c"},
       }) {
    const auto field = parse_received_spf(body);
    EXPECT_EQ(field.result, result) << body;
    EXPECT_EQ(field.pairs.size(), pairs) << body;
    ASSERT_EQ(field.defects.size(), 1U) << body;
    EXPECT_EQ(field.defects[0].position, position) << body;
    EXPECT_EQ(field.defects[0].text, text) << body;
  }
}

TEST(ReceivedSpfField, HostileSizesAreBounded) {
  std::string body = "pass";
  for (int i = 0; i < 1000; ++i) body += fmt::format(" k{}=v;", i);
  const auto field = parse_received_spf(body);
  EXPECT_EQ(field.pairs.size(), 100U);
  ASSERT_EQ(field.defects.size(), 1U);
  EXPECT_EQ(field.defects[0].what, "too many pairs");
}

}  // namespace
}  // namespace labctl::mail
