#include "labctl/mail/authentication_results.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A field in one line: id version; method/version=result reason{…} (comment) ptype.property{value} (comment); …
std::string told(const AuthenticationResults& field) {
  std::string text = field.authserv_id;
  if (!field.version.empty()) text += " " + field.version;
  for (const auto& comment : field.comments) text += fmt::format(" ({})", comment);
  if (field.none) text += "; none";
  for (const auto& result : field.results) {
    text += fmt::format("; {}{}{}={}", result.method, result.version.empty() ? "" : "/", result.version, result.result);
    if (!result.reason.empty()) text += fmt::format(" reason{{{}}}", result.reason);
    for (const auto& comment : result.comments) text += fmt::format(" ({})", comment);
    for (const auto& property : result.properties) {
      text += fmt::format(" {}.{}{{{}}}", property.ptype, property.property, property.value);
      for (const auto& comment : property.comments) text += fmt::format(" ({})", comment);
    }
  }
  return text;
}

std::vector<std::string> told(const std::vector<FieldDefect>& defects) {
  std::vector<std::string> lines;
  for (const auto& defect : defects)
    lines.push_back(fmt::format("{}: {}: {}", defect.position, defect.what, defect.text));
  return lines;
}

struct Good {
  const char* body;
  const char* expected;
};

class WellFormed : public testing::TestWithParam<Good> {};

TEST_P(WellFormed, IsReadWithoutADefect) {
  const auto field = parse_authentication_results(GetParam().body);
  EXPECT_EQ(told(field), GetParam().expected);
  EXPECT_THAT(told(field.defects), IsEmpty());
}

// RFC 8601 section B
INSTANTIATE_TEST_SUITE_P(
    ExamplesOfTheRfc, WellFormed,
    testing::Values(
        Good{" example.org 1; none", "example.org 1; none"},
        Good{" example.com;\r\n          spf=pass smtp.mailfrom=example.net",
             "example.com; spf=pass smtp.mailfrom{example.net}"},
        Good{" example.com;\r\n          auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
             "          spf=pass smtp.mailfrom=example.net",
             "example.com; auth=pass (cram-md5) smtp.auth{sender@example.net}; spf=pass smtp.mailfrom{example.net}"},
        Good{" example.com;\r\n          dkim=pass reason=\"good signature\"\r\n"
             "            header.i=@mail-router.example.net;\r\n          dkim=fail reason=\"bad signature\"\r\n"
             "            header.i=@newyork.example.com",
             "example.com; dkim=pass reason{good signature} header.i{@mail-router.example.net}; "
             "dkim=fail reason{bad signature} header.i{@newyork.example.com}"},
        Good{" foo.example.net (foobar) 1 (baz);\n    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n"
             "      policy (A dot can go here) . (like that) expired\n"
             "      (this surprised me) = (as I wasn't expecting it) 1362471462",
             "foo.example.net 1 (foobar) (baz); dkim/1=fail (Because I like it) (One yay) (wait for it) "
             "policy.expired{1362471462} (A dot can go here) (like that) (this surprised me) (as I wasn't expecting "
             "it)"}));

INSTANTIATE_TEST_SUITE_P(
    Grammar, WellFormed,
    testing::Values(Good{"a;none", "a; none"}, Good{"a (b) ; (c) none (d)", "a (b) (c) (d); none"},
                    Good{"\"two words\" 1; none", "two words 1; none"}, Good{"A;SPF=PASS", "A; spf=pass"},
                    Good{"a;spf=pass;", "a; spf=pass"}, Good{"a;spf=pass; ", "a; spf=pass"},
                    Good{"a;x=y reason=word", "a; x=y reason{word}"},
                    Good{"a;x=y reason (c) = (d) \"\"", "a; x=y (c) (d)"}, Good{"a; dkim/1=pass", "a; dkim/1=pass"},
                    Good{"a; dkim / 12 = pass", "a; dkim/12=pass"}, Good{"a; x-y-z=pass-1", "a; x-y-z=pass-1"},
                    // Quoted strings keep what ends other values (RFC 2045 section 5.1).
                    Good{R"(a; x=y p.q="a;b=c (d) \"e\" \\")", R"(a; x=y p.q{a;b=c (d) "e" \})"},
                    Good{"a; x=y p.q=\"folded\r\n here\" r.s=t", "a; x=y p.q{folded here} r.s{t}"},
                    Good{"a; x=y p.q=\"\"", "a; x=y p.q{}"},
                    // Addresses stay as they are written.
                    Good{"a; x=y p.q=@d.example", "a; x=y p.q{@d.example}"},
                    Good{"a; x=y p.q=\"l p\"@d.example", "a; x=y p.q{\"l p\"@d.example}"},
                    Good{"a; x=y p.q=l (c) @d.example r.s=t", "a; x=y p.q{l@d.example} (c) r.s{t}"},
                    Good{"a; x=y p.q=f . l(c)@d.example", "a; x=y p.q{f.l@d.example} (c)"},
                    Good{"a; x=y p.q=f. l@d.example", "a; x=y p.q{f.l@d.example}"},
                    Good{"a; x=y p.q=d.example. r.s=l@d", "a; x=y p.q{d.example.} r.s{l@d}"},
                    // RFC 6532: internationalized addresses are UTF-8.
                    Good{"a; spf=pass smtp.mailfrom=\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b.example (\xe4\xbe\x8b)",
                         "a; spf=pass smtp.mailfrom{\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b.example} (\xe4\xbe\x8b)"},
                    // Comments nest and quote (RFC 5322 section 3.2.2).
                    Good{"a; x=y (b (c) \\) \"d\" ;e=f)", "a; x=y (b (c) ) \"d\" ;e=f)"},
                    Good{"a; x=y (folded\r\n\there) (z)", "a; x=y (folded here) (z)"}, Good{"a; x=y ()", "a; x=y ()"}));

// Wider than the grammar, since receivers are.
INSTANTIATE_TEST_SUITE_P(
    Receivers, WellFormed,
    testing::Values(Good{"a; iprev=pass policy.iprev=2001:db8::1", "a; iprev=pass policy.iprev{2001:db8::1}"},
                    Good{"a; dkim=pass header.b=Ab+/c= header.d=e", "a; dkim=pass header.b{Ab+/c=} header.d{e}"},
                    Good{"a; spf=pass smtp.mailfrom=<>", "a; spf=pass smtp.mailfrom{<>}"},
                    Good{"a; x=y p.q=r reason=s", "a; x=y reason{s} p.q{r}"},
                    Good{"a; x_y=z p_q.r_s=t", "a; x_y=z p_q.r_s{t}"},
                    Good{"a; dmarc=pass(p=none)header.from=b", "a; dmarc=pass (p=none) header.from{b}"}));

struct Bad {
  const char* body;
  const char* expected;
  std::vector<std::string> defects;
};

class Malformed : public testing::TestWithParam<Bad> {};

TEST_P(Malformed, IsToldWithItsPlaceAndTheRestIsRead) {
  const auto field = parse_authentication_results(GetParam().body);
  EXPECT_EQ(told(field), GetParam().expected);
  EXPECT_EQ(told(field.defects), GetParam().defects);
}

using Lines = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(
    Defects, Malformed,
    testing::Values(
        Bad{"", "", Lines{"0: no authserv-id: ", "0: no result: "}},
        Bad{" (c) ", " (c)", Lines{"5: no authserv-id: ", "5: no result: "}},
        Bad{"; spf=pass", "; spf=pass", Lines{"0: no authserv-id: "}}, Bad{"a", "a", Lines{"1: no result: "}},
        Bad{"a 2x; spf=pass", "a 2; spf=pass", Lines{"3: expected ';' behind the authserv-id: x"}},
        Bad{"a b; spf=pass", "a; spf=pass", Lines{"2: expected ';' behind the authserv-id: b"}},
        // Microsoft 365 names no authserv-id, and puts another between.
        Bad{"spf=pass smtp.mailfrom=b; b.example; dkim=none", "; spf=pass smtp.mailfrom{b}; dkim=none",
            Lines{"0: no authserv-id: ", "25: expected '=' behind the method:  b.example"}},
        Bad{"dkim / 1 = pass", "; dkim/1=pass", Lines{"0: no authserv-id: "}},
        Bad{"a; dmarc=fail action=none header.from=b", "a; dmarc=fail .action{none} header.from{b}",
            Lines{"14: expected ptype.property=value: action=none"}},
        Bad{"a; ?; spf=pass", "a; spf=pass", Lines{"2: expected a method:  ?"}},
        Bad{"a; ; spf=pass", "a; spf=pass", Lines{"2: an empty result:  "}},
        Bad{"a; spf; dkim=pass", "a; dkim=pass", Lines{"2: expected '=' behind the method:  spf"}},
        Bad{"a; spf/x=pass; dkim=pass", "a; dkim=pass", Lines{"2: expected a version behind '/':  spf/x=pass"}},
        Bad{"a; spf=; dkim=pass", "a; spf=; dkim=pass", Lines{"7: expected a word as the result: "}},
        Bad{"a; none; spf=pass", "a; none; spf=pass", Lines{"3: 'none' beside other results: none"}},
        Bad{"a; none; none", "a; none", Lines{"9: 'none' again: none"}},
        Bad{"a; none (c) b", "a", Lines{"2: expected '=' behind the method:  none (c) b", "13: no result: "}},
        Bad{"a; x=y junk and (c) more p.q=r", "a; x=y (c) p.q{r}",
            Lines{"7: expected ptype.property=value: junk and", "20: expected ptype.property=value: more"}},
        Bad{"a; x=y p.q r.s=t", "a; x=y r.s{t}", Lines{"7: expected ptype.property=value: p.q"}},
        Bad{"a; x=y .q=r s.t=u", "a; x=y s.t{u}", Lines{"7: expected ptype.property=value: .q=r"}},
        Bad{"a; x=y p.q= ; z=w", "a; x=y p.q{}; z=w", Lines{"11: no value behind '=': "}},
        // Else what follows an empty value would become that value, and be lost itself.
        Bad{"a; x=y p.q= r.s=t", "a; x=y p.q{} r.s{t}", Lines{"11: no value behind '=': "}},
        Bad{"a; x=y p.q= reason=t", "a; x=y reason{t} p.q{}", Lines{"11: no value behind '=': "}},
        Bad{"a; x=y reason=b reason=c", "a; x=y reason{b} .reason{c}",
            Lines{"16: expected ptype.property=value: reason=c"}},
        Bad{"a; x=y p.q=\"b; z=w", "a; x=y p.q{}", Lines{"11: the quoted string is not closed: \"b; z=w"}},
        Bad{"a; x=y (b; z=w", "a; x=y", Lines{"7: the comment is not closed: (b; z=w"}},
        Bad{"a; x=y (b (c); z=w", "a; x=y", Lines{"7: the comment is not closed: (b (c); z=w"}},
        Bad{"a; x=y )b p.q=r", "a; x=y p.q{r}", Lines{"7: expected ptype.property=value: )b"}},
        Bad{"a; x=y p.q=b\x01\x02z", "a; x=y p.q{b\x01\x02z}",
            Lines{"12: octets that no header field may hold: \x01\x02"}},
        Bad{"a; x=y p.q=\xe7\x94 (\xff)", "a; x=y p.q{\xe7\x94} (\xff)",
            Lines{"11: octets that no header field may hold: \xe7\x94",
                  "15: octets that no header field may hold: \xff"}}));

// A result counts only as the whole word that it is.
TEST(AuthenticationResultsField, WhatMerelyBeginsLikeAPassIsNone) {
  for (const char* word :
       {"pass.example", "pass,", "pass/1", "pass=x", "pass\x01", "pass\xc3\xa4", "pass\"\"", "(c)pass)"}) {
    const auto field = parse_authentication_results(fmt::format("a; spf={} smtp.mailfrom=b; dkim=none", word));
    ASSERT_EQ(field.results.size(), 2U) << word;
    EXPECT_NE(field.results[0].result, "pass") << word;
    EXPECT_FALSE(field.defects.empty()) << word;
    EXPECT_EQ(field.results[1].result, "none") << word;
  }
}

TEST(AuthenticationResultsField, WhatStandsInACommentOrAQuotedStringIsNoResult) {
  for (const char* body :
       {"a; spf=fail (x; dmarc=pass)", "a; spf=fail (x \\); dmarc=pass)", "a; spf=fail (x(; dmarc=pass)",
        "a; spf=fail smtp.mailfrom=\"x; dmarc=pass\"@b", "a; spf=fail reason=\"x\\\"; dmarc=pass"})
    for (const auto& result : parse_authentication_results(body).results) EXPECT_EQ(result.method, "spf") << body;
}

TEST(AuthenticationResultsField, ANulIsAnOctetLikeOthers) {
  const auto field = parse_authentication_results(std::string_view("a; x=y p.q=b\0c; z=w", 19));
  EXPECT_EQ(field.results.size(), 2U);
  EXPECT_EQ(field.results.at(0).properties.at(0).value.size(), 3U);
  EXPECT_EQ(field.defects.size(), 1U);
}

TEST(AuthenticationResultsField, HostileSizesAreBounded) {
  const auto many = [](std::string_view head, std::string_view piece, std::size_t count) {
    std::string text(head);
    for (std::size_t i = 0; i < count; ++i) text += piece;
    return text;
  };
  const auto results = parse_authentication_results(many("a", "; x=y", 1000));
  EXPECT_EQ(results.results.size(), 200U);
  ASSERT_EQ(results.defects.size(), 1U);
  EXPECT_EQ(results.defects[0].what, "too many results");
  EXPECT_EQ(results.defects[0].text.size(), 800U * 5 - 1);

  const auto properties = parse_authentication_results(many("a; x=y", " p.q=r", 1000) + "; z=w");
  ASSERT_EQ(properties.results.size(), 2U);
  EXPECT_EQ(properties.results[0].properties.size(), 100U);
  ASSERT_EQ(properties.defects.size(), 1U);
  EXPECT_EQ(properties.defects[0].what, "too many properties");

  const auto defects = parse_authentication_results(many("a", "; ?", 50'000));
  EXPECT_EQ(defects.defects.size(), 200U);
  EXPECT_EQ(defects.defects[199].what, "too many defects");

  const auto junk = parse_authentication_results(many("a; x=y", " ?", 120'000));
  EXPECT_EQ(junk.defects.size(), 1U);

  const auto nested = parse_authentication_results(many("a; x=y ", "(", 250'000));
  EXPECT_EQ(nested.defects.size(), 1U);

  const auto dots = parse_authentication_results(many("a; x=y p.q=b", " . c", 60'000));
  EXPECT_EQ(dots.results.size(), 1U);

  const auto field = parse_authentication_results(many("a; x=y ", "z", 300'000));
  ASSERT_EQ(field.defects.size(), 2U);
  EXPECT_EQ(field.defects[1].what, "the field is too long");
  EXPECT_EQ(field.defects[1].position, 256U * 1024);
}

TEST(ArcAuthenticationResultsField, TheInstanceStandsFirst) {
  // RFC 8617 section 4.1.1
  struct Case {
    const char* body;
    int instance;
    const char* expected;
    Lines defects;
  };
  for (const auto& [body, instance, expected, defects] : {
           Case{" i=1; a; spf=pass", 1, "a; spf=pass", {}},
           Case{"(b) i (c) = (d) 50 (e) ; a; none", 50, "a (b) (c) (d) (e); none", {}},
           Case{"a; spf=pass", 0, "a; spf=pass", {"0: expected an instance, i=1 to i=50: "}},
           Case{"i=1 a; spf=pass",
                0,
                "; i=1; spf=pass",
                {"0: expected an instance, i=1 to i=50: ", "0: no authserv-id: ",
                 "4: expected ptype.property=value: a"}},
           Case{"i=51; a; spf=pass",
                0,
                "; i=51; spf=pass",
                {"0: expected an instance, i=1 to i=50: ", "0: no authserv-id: ",
                 "5: expected '=' behind the method:  a"}},
       }) {
    const auto field = parse_arc_authentication_results(body);
    EXPECT_EQ(field.instance, instance) << body;
    EXPECT_EQ(told(field), expected) << body;
    EXPECT_EQ(told(field.defects), defects) << body;
  }
}

}  // namespace
}  // namespace labctl::mail
