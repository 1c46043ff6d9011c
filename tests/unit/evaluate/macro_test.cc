#include "labctl/evaluate/macro.h"

#include <gtest/gtest.h>

namespace labctl::evaluate {
namespace {

MacroValues sample(std::string_view client) {
  return {.sender = "first-last+tag@mail.shop.example",
          .domain = "mail.shop.example",
          .client = *parse_ip(client),
          .helo = "out.shop.example",
          .receiver = "mx.other.example",
          .now = 1'700'000'000,
          .validated_name = [] { return std::string("out.shop.example"); }};
}

struct MacroCase {
  const char* macro;
  const char* expanded;
};

// RFC 7208 sections 7.2 and 7.3
TEST(Macro, EachLetterAndTransformer) {
  const MacroCase cases[] = {
      {"%{s}", "first-last+tag@mail.shop.example"},
      {"%{l}", "first-last+tag"},
      {"%{o}", "mail.shop.example"},
      {"%{d}", "mail.shop.example"},
      {"%{i}", "192.0.2.3"},
      {"%{p}", "out.shop.example"},
      {"%{v}", "in-addr"},
      {"%{h}", "out.shop.example"},
      {"%{c}", "192.0.2.3"},
      {"%{r}", "mx.other.example"},
      {"%{t}", "1700000000"},
      {"%{d3}", "mail.shop.example"},
      {"%{d4}", "mail.shop.example"},
      {"%{d2}", "shop.example"},
      {"%{d1}", "example"},
      {"%{d99999999999999999999}", "mail.shop.example"},
      {"%{dr}", "example.shop.mail"},
      {"%{dR}", "example.shop.mail"},
      {"%{d2r}", "shop.mail"},
      {"%{d1r}", "mail"},
      {"%{l-}", "first.last+tag"},
      {"%{lr-}", "last+tag.first"},
      {"%{l1r-}", "first"},
      {"%{l1-}", "last+tag"},
      {"%{l+}", "first-last.tag"},
      {"%{l+-}", "first.last.tag"},
      {"%{l1r+-}", "first"},
      {"%{s2@}", nullptr},
      {"%{ir}.%{v}.arpa", "3.2.0.192.in-addr.arpa"},
      {"%{S}", "first-last%2Btag%40mail.shop.example"},
      {"%{L}", "first-last%2Btag"},
      {"%{D2}", "shop.example"},
      {"%%%_%-", "% %20"},
      {"a b", "a b"},
      {"", ""},
  };
  for (const auto& test : cases) {
    const auto macro = parse_macro_string(test.macro, MacroPlace::text, 1);
    EXPECT_EQ(macro.has_value(), test.expanded != nullptr) << test.macro;
    if (!macro || test.expanded == nullptr) continue;
    EXPECT_EQ(expand(*macro, sample("192.0.2.3")), test.expanded) << test.macro;
  }
}

TEST(Macro, AnIpv6ClientIsItsDigits) {
  const auto expanded = [](std::string_view text) {
    return expand(*parse_macro_string(text, MacroPlace::text, 1), sample("2001:db8::cb01"));
  };
  EXPECT_EQ(expanded("%{ir}.%{v}.arpa"), "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  EXPECT_EQ(expanded("%{c}"), "2001:db8::cb01");
}

TEST(Macro, ALongNameLosesLabelsFromTheLeft) {
  auto values = sample("192.0.2.3");
  values.domain.clear();
  for (int i = 0; i < 60; ++i) values.domain += "abcd.";
  values.domain += "end.example";
  const auto name = expand_domain(*parse_macro_string("%{d}", MacroPlace::domain, 1), values);
  EXPECT_EQ(name.size(), 251U);
  EXPECT_TRUE(name.starts_with("abcd.abcd.") && name.ends_with(".end.example"));
}

TEST(Macro, AProblemHasItsPlace) {
  const auto macro = parse_macro_string("a.%{z}.example", MacroPlace::domain, 11);
  ASSERT_FALSE(macro.has_value());
  EXPECT_EQ(macro.error().column, 13U);
  EXPECT_EQ(macro.error().message, "'z' is no macro letter");
  EXPECT_EQ(macro.error().source, "RFC 7208 section 7.1");
}

}  // namespace
}  // namespace labctl::evaluate
