#include "labctl/mail/address.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace labctl::mail {
namespace {

TEST(Address, TheFirstOneOfAField) {
  struct Case {
    const char* text;
    std::optional<std::string> expected;
  };
  for (const auto& [text, expected] : {
           Case{"a@B.Example", "a@b.example"},
           Case{"User@B.Example", "User@b.example"},
           Case{"Name <a@b.example>", "a@b.example"},
           Case{"\"x, <y@z>\" <a@b.example>, c@d", "a@b.example"},
           Case{"a@b.example, <c@d.example>", "a@b.example"},
           Case{"(c@d) a@b.example (e)", "a@b.example"},
           Case{"<@r.example,@s.example:a@b.example>", "a@b.example"},
           Case{"\"a b\"@c.example", "\"a b\"@c.example"},
           Case{"a@[198.18.0.1]", "a@[198.18.0.1]"},
           Case{"a@[198.18.0.1", std::nullopt},
           Case{"", std::nullopt},
           Case{"a", std::nullopt},
           Case{"@b", std::nullopt},
           Case{"a@", std::nullopt},
           Case{"<a@b", std::nullopt},
           Case{"a b@c.example", std::nullopt},
           Case{"a@b c", std::nullopt},
           Case{"a@b@c", std::nullopt},
           Case{"group: a@b.example;", std::nullopt},
       })
    EXPECT_EQ(first_address(text), expected) << text;
}

TEST(Address, DomainsOfAddressesHaveNoCase) {
  EXPECT_TRUE(same_address("user-a@M001.Example", "user-a@m001.example"));
  EXPECT_FALSE(same_address("User-A@m001.example", "user-a@m001.example"));
  EXPECT_TRUE(same_address("", ""));
  EXPECT_FALSE(same_address("", "user-a@m001.example"));
}

TEST(Address, OneAndNothingElse) {
  for (const char* one : {"a@b.example", "A@B.Example", "\"a, b\"@b.example", "a@[198.18.0.1]"})
    EXPECT_TRUE(is_addr_spec(one)) << one;
  for (const char* other : {"", "a", "@b.example", "a@", "a@b.example, c@d.example", "A <a@b.example>", "<a@b.example>",
                            "a@b.example (c)", " a@b.example", "\"@b.example"})
    EXPECT_FALSE(is_addr_spec(other)) << other;
}

TEST(Address, TheDomainIsBehindTheLastAt) {
  EXPECT_EQ(domain_of("user-a@M001.example"), "M001.example");
  EXPECT_EQ(domain_of("\"a@b\"@m001.example"), "m001.example");
  EXPECT_EQ(domain_of("m001.example"), "m001.example");
  EXPECT_EQ(domain_of("user-a@"), "");
  EXPECT_EQ(domain_of(""), "");
}

}  // namespace
}  // namespace labctl::mail
