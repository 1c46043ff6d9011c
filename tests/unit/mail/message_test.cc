#include "labctl/mail/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

std::vector<std::string> names_of(const Message& message) {
  std::vector<std::string> names;
  for (const auto& field : message.fields()) names.push_back(field.name);
  return names;
}

TEST(Message, KeepsFieldsAsTheyStand) {
  const auto message = Message::parse("From: a@b\r\nSubject:  two\r\n words \r\nX :y\r\n\r\nHello\r\n\r\nthere\r\n");
  EXPECT_THAT(names_of(message), ElementsAre("From", "Subject", "X "));
  EXPECT_EQ(message.fields()[1].raw, "  two\n words ");
  EXPECT_EQ(message.fields()[1].value(), "two words");
  EXPECT_EQ(message.body(), "Hello\r\n\r\nthere\r\n");
}

TEST(Message, IsWrittenAsItWasRead) {
  for (const char* text : {
           "A: b\r\n\r\nbody\r\n",
           "A: b\r\n\tc\r\n \r\n d\r\n\r\n",
           "A:\r\nA: \r\na:b\r\n\r\nno end",
           "A: \x80\xff\r\n\r\n\x00",
           "A: b\r\r\n\tc\r\r\n\r\nd\r\r\n",
       })
    EXPECT_EQ(Message::parse(text).to_string(), text);
}

TEST(Message, LineEndsBecomeCrlf) {
  EXPECT_EQ(Message::parse("A: b\n c\n\nx\ny\r\nz\n").to_string(), "A: b\r\n c\r\n\r\nx\r\ny\r\nz\r\n");
}

TEST(Message, WhatIsNoFieldBeginsTheBody) {
  struct Case {
    const char* text;
    std::size_t fields;
    const char* body;
  };
  for (const auto& [text, fields, body] : {
           Case{"", 0, ""},
           Case{"\r\nbody", 0, "body"},
           Case{" folded: from nowhere\r\n", 0, " folded: from nowhere\r\n"},
           Case{"A: b\r\nno field\r\nC: d\r\n", 1, "no field\r\nC: d\r\n"},
           Case{"A: b\r\n: no name\r\n", 1, ": no name\r\n"},
           Case{"A: b\r\nB c: d\r\n", 1, "B c: d\r\n"},
           Case{"A: b\r\n\xc3\xa4: d\r\n", 1, "\xc3\xa4: d\r\n"},
           Case{"A: b", 1, ""},
           Case{"A: b\r", 1, ""},
       }) {
    const auto message = Message::parse(text);
    EXPECT_EQ(message.fields().size(), fields) << text;
    EXPECT_EQ(message.body(), body) << text;
  }
}

TEST(Message, AFieldIsFoundInAnyCase) {
  auto message = Message::parse("received: 1\nReceived: 2\nRECEIVED : 3\nX-Received: 4\n\n");
  ASSERT_NE(message.first("Received"), nullptr);
  EXPECT_EQ(message.first("Received")->value(), "1");
  EXPECT_EQ(message.all("received").size(), 3U);
  EXPECT_EQ(message.first("Receive"), nullptr);
  message.prepend("Received", "0");
  EXPECT_EQ(message.first("Received")->value(), "0");
  message.set_body("new");
  EXPECT_THAT(message.to_string(), HasSubstr("Received: 0\r\nreceived: 1\r\n"));
  EXPECT_TRUE(message.to_string().ends_with("\r\n\r\nnew"));
}

TEST(Message, ALargeOneIsReadInOneGo) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "X-Field: value\r\n\tfolded\r\n";
  EXPECT_EQ(Message::parse(text).fields().size(), 20'000U);
  EXPECT_EQ(Message::parse(std::string(1'000'000, ':')).fields().size(), 0U);
}

TEST(Token, IsUnguessable) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(new_token()).second);
  EXPECT_THAT(*seen.begin(), MatchesRegex("[0-9a-f]{32}"));
}

TEST(Compose, FillsASampleAndGivesWhatTheCallerLeftOut) {
  const auto message = compose("From: {from}\nDate: {date}\nMessage-ID: {message_id}\n\nHi {to}\n",
                               {{"from", "User <a@apple.example>"}, {"to", "b@c"}}, "x.eml");
  ASSERT_TRUE(message) << render(message.error());
  EXPECT_EQ(message->first("From")->value(), "User <a@apple.example>");
  EXPECT_THAT(message->first("Message-ID")->value(), MatchesRegex("<[0-9a-f]{32}@apple.example>"));
  EXPECT_THAT(message->first("Date")->value(), MatchesRegex("[A-Z].., [0-9]+ [A-Z].. 20.. ..:..:.. .0000"));
  EXPECT_THAT(message->first(kTokenHeader)->value(), MatchesRegex("[0-9a-f]{32}"));
  // The token proves an attempt: nothing else may carry it.
  EXPECT_THAT(message->first("Message-ID")->value(), Not(HasSubstr(message->first(kTokenHeader)->value())));
  EXPECT_EQ(message->body(), "Hi b@c\n");
}

TEST(Compose, ASampleMayPlaceTheTokenItself) {
  const auto message = compose("X-Labctl-Token: {token}\nFrom: a@b\n\n", {{"token", "t"}}, "x.eml");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->all(kTokenHeader).size(), 1U);
  EXPECT_EQ(message->first(kTokenHeader)->value(), "t");
}

TEST(Compose, WhatIsNoMessageIsAnErrorThatNamesTheFile) {
  for (const char* sample : {"", "no header\n", "From: {nobody}\n\n"}) {
    const auto message = compose(sample, {}, "x.eml");
    ASSERT_FALSE(message) << sample;
    EXPECT_EQ(message.error().kind, ErrorKind::usage);
    EXPECT_THAT(render(message.error()), HasSubstr("x.eml"));
  }
}

}  // namespace
}  // namespace labctl::mail
