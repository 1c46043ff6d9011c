#include "labctl/mail/received.h"

#include <gtest/gtest.h>

namespace labctl::mail {
namespace {

TEST(ReceivedField, TellsWhoGaveItToWhom) {
  const auto received = parse_received(
      " from mx.rogue-mailer.mail.nic.example (unknown [198.18.0.251])\r\n"
      "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n"
      "\t key-exchange X25519 server-signature ED25519)\r\n"
      "\tby receiver.m001.mail.nic.example (Postfix) with ESMTPS id 47E67609A8\r\n"
      "\tfor <user-a@m001.mail.nic.example>; Wed, 9 Oct 2024 16:07:28 +0900 (JST)");
  EXPECT_EQ(received.helo, "mx.rogue-mailer.mail.nic.example");
  EXPECT_EQ(received.client_name, "unknown");
  EXPECT_EQ(received.client_address, "198.18.0.251");
  EXPECT_EQ(received.by, "receiver.m001.mail.nic.example");
  EXPECT_EQ(received.with, "ESMTPS");
  EXPECT_TRUE(received.is_smtp());
}

TEST(ReceivedField, OtherForms) {
  EXPECT_FALSE(parse_received("from a by b with LMTP id 1").is_smtp());
  EXPECT_FALSE(parse_received("by b; Wed, 9 Oct 2024 16:07:28 +0900").is_smtp());
  EXPECT_EQ(parse_received("from a (n.example [IPv6:2001:db8::1]) by b with ESMTP").client_address, "2001:db8::1");
  EXPECT_EQ(parse_received("from a (n.example [IPv6:2001:db8::1]) by b with ESMTP").client_name, "n.example");
  EXPECT_EQ(parse_received("from [198.18.0.1] by b with SMTP").client_address, "");
  EXPECT_EQ(parse_received("").by, "");
  EXPECT_EQ(parse_received("((((").by, "");
}

// What the client says of itself is a value, never a clause.
TEST(ReceivedField, AHeloThatIsAClausesNameIsNone) {
  for (const char* helo : {"by", "with", "from", "via"}) {
    const auto received =
        parse_received(std::string("from ") + helo + " (unknown [198.18.0.251]) by b.example with ESMTP id 1");
    EXPECT_EQ(received.helo, helo);
    EXPECT_EQ(received.by, "b.example") << helo;
    EXPECT_EQ(received.with, "ESMTP") << helo;
    EXPECT_EQ(received.client_address, "198.18.0.251") << helo;
  }
}

// A later comment with brackets is not the client's.
TEST(ReceivedField, TheClientStandsBehindItsHeloOnly) {
  EXPECT_EQ(parse_received("from a by b (x [198.18.0.9]) with ESMTP").client_address, "");
}

}  // namespace
}  // namespace labctl::mail
