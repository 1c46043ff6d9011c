#include "labctl/dkim/signature.h"

#include <gtest/gtest.h>

namespace labctl::dkim {
namespace {

// RFC 8463 section A.2
constexpr const char* kFootballKey =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE "
    "KEY-----\n";
constexpr const char* kFootballMessage =
    "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner "
    "ready?\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

TEST(Dkim, TheKeyAndTheBodyHashAreThoseOfTheRfc) {
  EXPECT_EQ(public_half(kFootballKey).value(), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  const SignatureOrder order{.domain = "football.example.com", .selector = "brisbane", .headers = {"From", "To"}};
  const auto made = sign(mail::Message::parse(kFootballMessage), order, kFootballKey);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  EXPECT_NE(made->find("bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;"), std::string::npos) << *made;
  EXPECT_TRUE(
      made->starts_with("v=1; a=ed25519-sha256; c=relaxed/relaxed; d=football.example.com; s=brisbane; h=From:To; bh="))
      << *made;
}

// RFC 6376 section 3.4.5
TEST(Dkim, CanonicalFormsAreThoseOfTheRfc) {
  constexpr const char* kBody = " C \r\nD \t E\r\n\r\n\r\n";
  EXPECT_EQ(canonical_body(kBody, Canonicalization::relaxed), " C\r\nD E\r\n");
  EXPECT_EQ(canonical_body(kBody, Canonicalization::simple), " C \r\nD \t E\r\n");
  EXPECT_EQ(canonical_body("", Canonicalization::simple), "\r\n");
  EXPECT_EQ(canonical_body("\r\n\r\n", Canonicalization::relaxed), "");
  EXPECT_EQ(canonical_field({"A", " X"}, Canonicalization::relaxed), "a:X");
  EXPECT_EQ(canonical_field({"B ", " Y\t\n\tZ  "}, Canonicalization::relaxed), "b:Y Z");
  EXPECT_EQ(canonical_field({"B ", " Y\t\n\tZ  "}, Canonicalization::simple), "B : Y\t\r\n\tZ  ");
}

TEST(Dkim, TagsSayWhatWasAsked) {
  const SignatureOrder order{.domain = "d.example",
                             .selector = "s",
                             .identity = "@x.d.example",
                             .header = Canonicalization::simple,
                             .headers = {"From", "Subject", "Subject"},
                             .length = true,
                             .made = 100,
                             .ends = 200};
  const auto made = sign(mail::Message::parse(kFootballMessage), order, kFootballKey);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  EXPECT_NE(made->find("c=simple/relaxed;"), std::string::npos) << *made;
  EXPECT_NE(made->find("i=@x.d.example; t=100; x=200; l=54; h=From:Subject:Subject;"), std::string::npos) << *made;
}

TEST(Dkim, WhatIsSignedMatters) {
  const SignatureOrder order{.domain = "d.example", .selector = "s", .headers = {"From", "Subject"}};
  const auto of = [&](std::string text) { return sign(mail::Message::parse(text), order, kFootballKey).value(); };
  const std::string message = kFootballMessage;
  std::string other_to = message;
  other_to.replace(other_to.find("Suzie"), 5, "Susan");
  std::string other_subject = message;
  other_subject.replace(other_subject.find("dinner"), 6, "supper");
  EXPECT_EQ(of(message), of(other_to)) << "To is not in h=";
  EXPECT_NE(of(message), of(other_subject));
}

TEST(Dkim, WhatIsNoKeyIsSaid) {
  const auto made = sign(mail::Message::parse(kFootballMessage), {.domain = "d", .selector = "s"}, "no key");
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace labctl::dkim
