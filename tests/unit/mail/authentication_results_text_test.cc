#include "labctl/mail/authentication_results_text.h"

#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

TEST(AuthenticationResultsText, WhatIsReadAsWhat) {
  struct Case {
    std::string_view text;
    std::size_t fields;
    std::size_t arc_fields;
    std::size_t other_fields;
  };
  for (const auto& [text, fields, arc_fields, other_fields] : {
           Case{"From: a@b\nAuthentication-Results: c; spf=pass\nAUTHENTICATION-RESULTS : d;\n none\n\nbody\n", 2, 0,
                1},
           Case{"From a@b Mon Jun  1 00:00:00 2026\nAuthentication-Results: c; none\n\n", 1, 0, 0},
           Case{"Authentication-Results: c; none", 1, 0, 0},
           Case{"ARC-Authentication-Results: i=1; c; none\nAuthentication-Results: c; none\n", 1, 1, 0},
           Case{"Subject: x\n\nAuthentication-Results: in the body; none\n", 0, 0, 1},
           Case{"c; spf=pass", 1, 0, 0},
           Case{" c;\n spf=pass\n", 1, 0, 0},
           Case{"i=1; c; spf=pass", 0, 1, 0},
           Case{"c;iprev=pass(x)policy.iprev=2001:db8::1", 1, 0, 0},
           Case{"spf=pass smtp.helo=a:b", 1, 0, 0},
           Case{"no field at all", 1, 0, 0},
           Case{": x", 1, 0, 0},
       }) {
    const auto found = read_authentication_results(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->fields.size(), fields) << text;
    EXPECT_EQ(found->arc_fields.size(), arc_fields) << text;
    EXPECT_EQ(found->other_fields, other_fields) << text;
  }
}

TEST(AuthenticationResultsText, NothingAndNoTextAreErrors) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view(" \r\n\t"), std::string_view("\x1f\x8b\x08\0x", 5),
        std::string_view("From a@b\n"), std::string_view("From ")}) {
    const auto found = read_authentication_results(text);
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().kind, ErrorKind::usage);
    EXPECT_NE(found.error().hint, "");
  }
}

TEST(AuthenticationResultsText, AnAttachmentMayHoldAnything) {
  const std::string_view text("Authentication-Results: c; none\n\n\0\0\0", 36);
  ASSERT_TRUE(read_authentication_results(text));
}

}  // namespace
}  // namespace labctl::mail
