#include "labctl/mail/structured_field.h"

#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

TEST(StructuredField, CommentsGoAndQuotedStringsStay) {
  struct Case {
    const char* text;
    const char* expected;
  };
  for (const auto& [text, expected] : {
           Case{"", ""},
           Case{"a b", "a b"},
           Case{"a(b)c", "a c"},
           Case{"a(b(c)d)e", "a e"},
           Case{"a(b\\)c)d", "a d"},
           Case{"\"a(b)c\"", "\"a(b)c\""},
           Case{"\"a\\\"(b\" (c)", "\"a\\\"(b\"  "},
           Case{"a(\"b)c", "a c"},
           Case{"a(b", "a "},
           Case{"a)b", "a)b"},
           Case{"a\\(b)c", "a\\ c"},
           Case{"a(b\\", "a "},
       })
    EXPECT_EQ(without_comments(text), expected) << text;
}

TEST(StructuredField, WhatIsQuotedIsNotFound) {
  struct Case {
    const char* text;
    const char* wanted;
    std::size_t from;
    std::size_t expected;
  };
  for (const auto& [text, wanted, from, expected] : {
           Case{"a<b", "<", 0, 1},
           Case{"\"<\"<", "<", 0, 3},
           Case{"\"\\\"<\"<", "<", 0, 5},
           Case{"\"<", "<", 0, std::string::npos},
           Case{"a,b;c", ";,", 2, 3},
           Case{"", ";", 0, std::string::npos},
           Case{"a", "a", 9, std::string::npos},
       })
    EXPECT_EQ(find_unquoted(text, wanted, from), expected) << text;
}

}  // namespace
}  // namespace labctl::mail
