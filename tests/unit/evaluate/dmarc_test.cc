#include "labctl/evaluate/dmarc.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "labctl/evaluate/public_suffix.h"
#include "tests/fakes/map_resolver.h"

namespace labctl::evaluate {
namespace {

/// "result policy disposition at domain", as short as a table wants it.
std::string told(const DmarcOutcome& outcome) {
  return fmt::format("{} {} {} {}", name_of(outcome.result), outcome.policy ? name_of(*outcome.policy) : "-",
                     name_of(outcome.disposition), outcome.domain.empty() ? "-" : outcome.domain);
}

struct DmarcCase {
  const char* rule;
  const char* records;
  const char* from;
  const char* spf_pass;   ///< domain of an SPF pass; empty: fail
  const char* dkim_pass;  ///< domains of DKIM passes, with commas
  const char* by_7489;
  const char* by_9989;
};

constexpr DmarcCase kDmarcCases[] = {
    // Which record.
    {"own record", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "", "", "fail reject reject shop.com",
     "fail reject reject shop.com"},
    {"no record", "x.com A 192.0.2.1", "shop.com", "shop.com", "", "none - none -", "none - none -"},
    {"organizational record", "_dmarc.shop.com TXT v=DMARC1; p=reject", "a.b.shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"a record between is for itself only by RFC 7489 and chosen by neither for what is below it",
     "_dmarc.b.shop.com TXT v=DMARC1; p=none\n_dmarc.shop.com TXT v=DMARC1; p=reject", "a.b.shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"only a record between", "_dmarc.b.shop.com TXT v=DMARC1; p=reject", "a.b.shop.com", "", "", "none - none -",
     "fail reject reject b.shop.com"},
    {"psd=n between", "_dmarc.b.shop.com TXT v=DMARC1; p=reject; psd=n\n_dmarc.shop.com TXT v=DMARC1; p=none",
     "a.b.shop.com", "", "", "fail none none shop.com", "fail reject reject b.shop.com"},
    {"public suffix with psd=y", "_dmarc.com TXT v=DMARC1; p=reject; sp=quarantine; psd=y", "a.shop.com", "", "",
     "none - none -", "fail quarantine quarantine com"},
    {"psd=y is not used when the organization has a record",
     "_dmarc.com TXT v=DMARC1; p=reject; psd=y\n_dmarc.shop.com TXT v=DMARC1; p=none", "a.shop.com", "", "",
     "fail none none shop.com", "fail none none shop.com"},
    {"two records", "_dmarc.shop.com TXT v=DMARC1; p=reject\n_dmarc.shop.com TXT v=DMARC1; p=none", "shop.com", "", "",
     "none - none -", "none - none -"},
    {"two records at the author, one above",
     "_dmarc.a.shop.com TXT v=DMARC1; p=reject\n_dmarc.a.shop.com TXT v=DMARC1; p=none\n"
     "_dmarc.shop.com TXT v=DMARC1; p=quarantine",
     "a.shop.com", "", "", "none - none -", "fail quarantine quarantine shop.com"},
    {"other texts are discarded", "_dmarc.shop.com TXT v=spf1 -all\n_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com",
     "", "", "fail reject reject shop.com", "fail reject reject shop.com"},
    {"another version is discarded", "_dmarc.shop.com TXT v=DMARC2; p=reject", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"the version is upper case", "_dmarc.shop.com TXT v=dmarc1; p=reject", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"the version is first", "_dmarc.shop.com TXT p=reject; v=DMARC1", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"alias", "_dmarc.shop.com CNAME policy.host.com\npolicy.host.com TXT v=DMARC1; p=reject", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"trouble", "_dmarc.shop.com TXT !SERVFAIL", "shop.com", "shop.com", "", "temperror - none -",
     "temperror - none -"},
    {"trouble on the way up", "_dmarc.com TXT !SERVFAIL", "a.shop.com", "", "", "none - none -", "temperror - none -"},
    {"more than eight labels jump to seven",
     "_dmarc.c.d.e.f.g.shop.com TXT v=DMARC1; p=reject; psd=n\n_dmarc.b.c.d.e.f.g.shop.com TXT v=DMARC1; p=none; psd=n",
     "x.y.a.b.c.d.e.f.g.shop.com", "", "", "none - none -", "fail reject reject c.d.e.f.g.shop.com"},
    {"from is no domain", "", "", "", "", "permerror - none -", "permerror - none -"},
    // Which policy.
    {"sp below", "_dmarc.shop.com TXT v=DMARC1; p=reject; sp=none", "a.shop.com", "", "", "fail none none shop.com",
     "fail none none shop.com"},
    {"sp not for the domain itself", "_dmarc.shop.com TXT v=DMARC1; p=reject; sp=none", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"sp of the author's own record is nothing", "_dmarc.a.shop.com TXT v=DMARC1; p=reject; sp=none", "a.shop.com", "",
     "", "fail reject reject a.shop.com", "fail reject reject a.shop.com"},
    {"np for what does not exist", "_dmarc.shop.com TXT v=DMARC1; p=none; sp=quarantine; np=reject", "gone.shop.com",
     "", "", "fail quarantine quarantine shop.com", "fail reject reject shop.com"},
    {"np not for what exists",
     "_dmarc.shop.com TXT v=DMARC1; p=none; sp=quarantine; np=reject\nhere.shop.com A 192.0.2.1", "here.shop.com", "",
     "", "fail quarantine quarantine shop.com", "fail quarantine quarantine shop.com"},
    {"a name with only names below it exists (RFC 8020)",
     "_dmarc.shop.com TXT v=DMARC1; p=none; np=reject\nx.here.shop.com A 192.0.2.1", "here.shop.com", "", "",
     "fail none none shop.com", "fail none none shop.com"},
    {"a name with other types exists", "_dmarc.shop.com TXT v=DMARC1; p=none; np=reject\nhere.shop.com TXT x",
     "here.shop.com", "", "", "fail none none shop.com", "fail none none shop.com"},
    {"without np, sp", "_dmarc.shop.com TXT v=DMARC1; p=none; sp=reject", "gone.shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"without np and sp, p", "_dmarc.shop.com TXT v=DMARC1; p=quarantine", "gone.shop.com", "", "",
     "fail quarantine quarantine shop.com", "fail quarantine quarantine shop.com"},
    {"existence is not known", "_dmarc.shop.com TXT v=DMARC1; p=none; np=reject\na.shop.com A !SERVFAIL", "a.shop.com",
     "", "", "fail none none shop.com", "temperror none none shop.com"},
    {"t=y lowers", "_dmarc.shop.com TXT v=DMARC1; p=reject; t=y", "shop.com", "", "", "fail reject reject shop.com",
     "fail reject quarantine shop.com"},
    {"t=y lowers quarantine", "_dmarc.shop.com TXT v=DMARC1; p=quarantine; t=y", "shop.com", "", "",
     "fail quarantine quarantine shop.com", "fail quarantine none shop.com"},
    {"t=n lowers nothing", "_dmarc.shop.com TXT v=DMARC1; p=reject; t=n", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"pct=0 lowers by RFC 7489", "_dmarc.shop.com TXT v=DMARC1; p=reject; pct=0", "shop.com", "", "",
     "fail reject quarantine shop.com", "fail reject reject shop.com"},
    {"pct=50 is a lottery", "_dmarc.shop.com TXT v=DMARC1; p=reject; pct=50", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"bad pct is the default", "_dmarc.shop.com TXT v=DMARC1; p=reject; pct=101", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    // What can't be read.
    {"no p, no rua", "_dmarc.shop.com TXT v=DMARC1", "shop.com", "shop.com", "", "none - none -", "none - none -"},
    {"no p, rua", "_dmarc.shop.com TXT v=DMARC1; rua=mailto:d@shop.com", "shop.com", "", "", "fail none none shop.com",
     "fail none none shop.com"},
    {"bad p, rua", "_dmarc.shop.com TXT v=DMARC1; p=rejct; rua=mailto:d@shop.com", "shop.com", "", "",
     "fail none none shop.com", "fail none none shop.com"},
    {"bad p, bad rua", "_dmarc.shop.com TXT v=DMARC1; p=rejct; rua=d@shop.com", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"bad p, one good rua of two", "_dmarc.shop.com TXT v=DMARC1; p=x; rua=d@shop.com, mailto:d@shop.com", "shop.com",
     "", "", "fail none none shop.com", "fail none none shop.com"},
    {"bad sp, rua", "_dmarc.shop.com TXT v=DMARC1; p=reject; sp=x; rua=mailto:d@shop.com", "shop.com", "", "",
     "fail none none shop.com", "fail none none shop.com"},
    {"bad sp, no rua", "_dmarc.shop.com TXT v=DMARC1; p=reject; sp=x", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"bad np is a bad policy by RFC 9989", "_dmarc.shop.com TXT v=DMARC1; p=reject; np=x", "shop.com", "", "",
     "fail reject reject shop.com", "none - none -"},
    {"bad p, rua: sp does not count either", "_dmarc.shop.com TXT v=DMARC1; p=x; sp=reject; rua=mailto:d@shop.com",
     "a.shop.com", "", "", "fail none none shop.com", "fail none none shop.com"},
    {"bad p, rua: nor does np", "_dmarc.shop.com TXT v=DMARC1; p=x; np=reject; rua=mailto:d@shop.com", "gone.shop.com",
     "", "", "fail none none shop.com", "fail none none shop.com"},
    {"the first of a tag counts", "_dmarc.shop.com TXT v=DMARC1; p=reject; p=none", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"unknown tags are ignored", "_dmarc.shop.com TXT v=DMARC1; x=y; p=reject; zz=1", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"p need not be second", "_dmarc.shop.com TXT v=DMARC1; adkim=s; p=reject", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"blanks and case", "_dmarc.shop.com TXT v = DMARC1 ;P = Reject ; ASPF=S;", "shop.com", "a.shop.com", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"garbage is passed over", "_dmarc.shop.com TXT v=DMARC1; p=reject; garbage", "shop.com", "", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"a semicolon too few", "_dmarc.shop.com TXT v=DMARC1 p=reject", "shop.com", "", "", "none - none -",
     "none - none -"},
    {"bad alignment is relaxed", "_dmarc.shop.com TXT v=DMARC1; p=reject; aspf=strict", "shop.com", "a.shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    // Alignment.
    {"spf same", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "shop.com", "", "pass reject none shop.com",
     "pass reject none shop.com"},
    {"spf below, relaxed", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "bounce.shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"spf above, relaxed", "_dmarc.shop.com TXT v=DMARC1; p=reject", "news.shop.com", "shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"spf beside, relaxed", "_dmarc.shop.com TXT v=DMARC1; p=reject", "a.shop.com", "b.shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"spf below, strict", "_dmarc.shop.com TXT v=DMARC1; p=reject; aspf=s", "shop.com", "bounce.shop.com", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"spf same, strict", "_dmarc.shop.com TXT v=DMARC1; p=reject; aspf=s", "shop.com", "SHOP.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"aspf is not for dkim", "_dmarc.shop.com TXT v=DMARC1; p=reject; aspf=s", "shop.com", "", "a.shop.com",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"another domain", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "other.com", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"a name that only ends alike", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "myshop.com", "",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"the public suffix itself", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "", "com",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"dkim same", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "", "shop.com", "pass reject none shop.com",
     "pass reject none shop.com"},
    {"dkim below, strict", "_dmarc.shop.com TXT v=DMARC1; p=reject; adkim=s", "shop.com", "", "a.shop.com",
     "fail reject reject shop.com", "fail reject reject shop.com"},
    {"adkim is not for spf", "_dmarc.shop.com TXT v=DMARC1; p=reject; adkim=s", "shop.com", "a.shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"one of several signatures is enough", "_dmarc.shop.com TXT v=DMARC1; p=reject", "shop.com", "",
     "other.com,shop.com", "pass reject none shop.com", "pass reject none shop.com"},
    {"a country's second level", "_dmarc.shop.co.jp TXT v=DMARC1; p=reject", "shop.co.jp", "other.co.jp", "",
     "fail reject reject shop.co.jp", "fail reject reject shop.co.jp"},
    {"participants of one lab: one organization by the list, each its own by the tree walk",
     "_dmarc.m001.mail.nic.example TXT v=DMARC1; p=reject", "m001.mail.nic.example", "m002.mail.nic.example", "",
     "pass reject none m001.mail.nic.example", "fail reject reject m001.mail.nic.example"},
    {"a record above makes them one organization",
     "_dmarc.m001.mail.nic.example TXT v=DMARC1; p=reject\n_dmarc.nic.example TXT v=DMARC1; p=none",
     "m001.mail.nic.example", "m002.mail.nic.example", "", "pass reject none m001.mail.nic.example",
     "pass reject none m001.mail.nic.example"},
    {"psd=n parts them",
     "_dmarc.m001.mail.nic.example TXT v=DMARC1; p=reject; psd=n\n_dmarc.nic.example TXT v=DMARC1; p=none",
     "m001.mail.nic.example", "m002.mail.nic.example", "", "pass reject none m001.mail.nic.example",
     "fail reject reject m001.mail.nic.example"},
    {"psd=y above parts them",
     "_dmarc.m001.nic.example TXT v=DMARC1; p=reject\n_dmarc.nic.example TXT v=DMARC1; p=none; psd=y",
     "m001.nic.example", "m002.nic.example", "", "pass reject none m001.nic.example",
     "fail reject reject m001.nic.example"},
    {"psd=y at the start is the organization", "_dmarc.nic.example TXT v=DMARC1; p=reject; psd=y", "nic.example",
     "m001.nic.example", "", "pass reject none nic.example", "fail reject reject nic.example"},
    {"trouble with the other's organization", "_dmarc.shop.com TXT v=DMARC1; p=reject\n_dmarc.other.net TXT !SERVFAIL",
     "shop.com", "other.net", "", "fail reject reject shop.com", "temperror reject none shop.com"},
    {"the same domain is aligned whatever stands above it",
     "_dmarc.shop.com TXT v=DMARC1; p=reject\n_dmarc.com TXT !SERVFAIL", "shop.com", "shop.com", "",
     "pass reject none shop.com", "pass reject none shop.com"},
    {"p=none fails and is delivered", "_dmarc.shop.com TXT v=DMARC1; p=none", "shop.com", "", "",
     "fail none none shop.com", "fail none none shop.com"},
};

TEST(Dmarc, EachRuleByBothRfcs) {
  for (const auto& test : kDmarcCases) {
    DmarcInput input{.from_domain = test.from, .spf_domain = test.spf_pass, .dkim = {}};
    input.spf = input.spf_domain.empty() ? SpfResult::fail : SpfResult::pass;
    for (const auto& domain : split(test.dkim_pass, ','))
      if (!domain.empty()) input.dkim.push_back({domain, "pass"});
    fakes::MapResolver dns(test.records);
    EXPECT_EQ(told(evaluate_dmarc(dns, input, DmarcRfc::rfc7489)), test.by_7489) << test.rule;
    EXPECT_EQ(told(evaluate_dmarc(dns, input, DmarcRfc::rfc9989)), test.by_9989) << test.rule;
  }
}

TEST(Dmarc, ASignatureThatDoesNotPassAlignsNothing) {
  fakes::MapResolver dns("_dmarc.shop.com TXT v=DMARC1; p=reject");
  for (const char* result : {"fail", "none", "temperror", "permerror", "policy", "neutral"}) {
    const auto outcome = evaluate_dmarc(
        dns, {.from_domain = "shop.com", .spf_domain = {}, .dkim = {{"shop.com", result}}}, DmarcRfc::rfc7489);
    EXPECT_EQ(name_of(outcome.result), "fail") << result;
    EXPECT_EQ(outcome.dkim_aligned, std::vector<bool>{false});
  }
  for (const auto spf : {SpfResult::softfail, SpfResult::neutral, SpfResult::none, SpfResult::permerror})
    EXPECT_EQ(name_of(evaluate_dmarc(dns, {.from_domain = "shop.com", .spf = spf, .spf_domain = "shop.com", .dkim = {}},
                                     DmarcRfc::rfc9989)
                          .result),
              "fail");
}

// RFC 9989 section 4.10: at most eight questions, and which.
TEST(Dmarc, TheWalkAsksEightNames) {
  fakes::MapResolver dns;
  evaluate_dmarc(dns, {.from_domain = "a.b.c.d.e.f.g.h.i.j.mail.shop.com", .spf_domain = {}, .dkim = {}},
                 DmarcRfc::rfc9989);
  const std::vector<std::string> expected{"_dmarc.a.b.c.d.e.f.g.h.i.j.mail.shop.com TXT",
                                          "_dmarc.g.h.i.j.mail.shop.com TXT",
                                          "_dmarc.h.i.j.mail.shop.com TXT",
                                          "_dmarc.i.j.mail.shop.com TXT",
                                          "_dmarc.j.mail.shop.com TXT",
                                          "_dmarc.mail.shop.com TXT",
                                          "_dmarc.shop.com TXT",
                                          "_dmarc.com TXT"};
  EXPECT_EQ(dns.asked, expected);
}

TEST(Dmarc, AnOrganizationalDomainIsAskedOnce) {
  fakes::MapResolver dns;
  evaluate_dmarc(dns, {.from_domain = "shop.com", .spf_domain = {}, .dkim = {}}, DmarcRfc::rfc7489);
  EXPECT_EQ(dns.asked, (std::vector<std::string>{"_dmarc.shop.com TXT"}));
}

TEST(Dmarc, TheWalkStopsAtPsd) {
  fakes::MapResolver dns("_dmarc.shop.com TXT v=DMARC1; p=none; psd=n");
  evaluate_dmarc(dns, {.from_domain = "a.shop.com", .spf_domain = {}, .dkim = {}}, DmarcRfc::rfc9989);
  EXPECT_EQ(dns.asked, (std::vector<std::string>{"_dmarc.a.shop.com TXT", "_dmarc.shop.com TXT"}));
}

TEST(Dmarc, SaysWhereTheRfcsDiffer) {
  fakes::MapResolver dns("_dmarc.m001.nic.example TXT v=DMARC1; p=reject");
  const DmarcInput input{
      .from_domain = "m001.nic.example", .spf = SpfResult::pass, .spf_domain = "m002.nic.example", .dkim = {}};
  const auto sentences =
      differences(evaluate_dmarc(dns, input, DmarcRfc::rfc7489), evaluate_dmarc(dns, input, DmarcRfc::rfc9989));
  ASSERT_EQ(sentences.size(), 3U);
  EXPECT_EQ(sentences[0], "the organizational domain: nic.example by RFC 7489, m001.nic.example by RFC 9989");
  EXPECT_EQ(sentences[1], "the result: pass by RFC 7489, fail by RFC 9989");
  EXPECT_EQ(sentences[2], "the disposition: none by RFC 7489, reject by RFC 9989");
}

TEST(DmarcRecord, TagsOfTheOtherRfcAreUnknown) {
  const auto has = [](std::string_view text, DmarcRfc rfc) {
    return std::ranges::any_of(parse_dmarc_record(text, rfc).problems, [](const Problem& problem) {
      return problem.message.find("is unknown") != std::string::npos;
    });
  };
  for (const char* text : {"v=DMARC1; p=none; pct=5", "v=DMARC1; p=none; rf=afrf", "v=DMARC1; p=none; ri=3600"}) {
    EXPECT_FALSE(has(text, DmarcRfc::rfc7489)) << text;
    EXPECT_TRUE(has(text, DmarcRfc::rfc9989)) << text;
  }
  for (const char* text : {"v=DMARC1; p=none; np=none", "v=DMARC1; p=none; psd=n", "v=DMARC1; p=none; t=y"}) {
    EXPECT_TRUE(has(text, DmarcRfc::rfc7489)) << text;
    EXPECT_FALSE(has(text, DmarcRfc::rfc9989)) << text;
  }
}

TEST(DmarcRecord, AProblemHasItsPlace) {
  const auto record = parse_dmarc_record("v=DMARC1; p=rejct; fo=x", DmarcRfc::rfc7489);
  ASSERT_EQ(record.problems.size(), 2U);
  EXPECT_EQ(record.problems[0].column, 11U);
  EXPECT_EQ(record.problems[0].message, "'rejct' is no policy; 'reject' is one");
  EXPECT_EQ(record.problems[1].column, 20U);
}

// RFC 9989 section 4.8
TEST(DmarcRecord, NothingStandsBeforeTheVersion) {
  EXPECT_TRUE(is_dmarc_record("v=DMARC1; p=none"));
  EXPECT_TRUE(is_dmarc_record("v =\tDMARC1 ; p=none"));
  for (const char* text : {" v=DMARC1; p=none", "\tv=DMARC1; p=none", ";v=DMARC1; p=none"})
    EXPECT_FALSE(is_dmarc_record(text)) << text;
}

TEST(DmarcRecord, ReportAddresses) {
  for (const char* good : {"mailto:d@shop.com", "mailto:d@shop.com!10m", "MAILTO:d@shop.com!500",
                           "https://r.shop.com/x", "mailto:d@shop.com!1t", "a+b-c.1:x"})
    EXPECT_TRUE(is_report_uri(good)) << good;
  for (const char* bad : {"", "d@shop.com", "mailto:", "mailto:d", "mailto:@shop.com", "mailto:d@",
                          "mailto:d@shop.com!x", "mailto: d@shop.com", "<mailto:d@shop.com>", "1x:y", ":x",
                          "https:", "mailto:d\x7f@shop.com", "mailto:d@shop.com!", "mailto:d@shop.com!m"})
    EXPECT_FALSE(is_report_uri(bad)) << bad;
}

TEST(PublicSuffix, IsOneLabelBelowTheSuffix) {
  EXPECT_EQ(listed_organizational_domain("a.b.shop.com"), "shop.com");
  EXPECT_EQ(listed_organizational_domain("a.b.shop.co.jp"), "shop.co.jp");
  EXPECT_EQ(listed_organizational_domain("m001.mail.nic.example"), "nic.example");
  EXPECT_EQ(listed_organizational_domain("com"), "com");
  EXPECT_EQ(listed_organizational_domain("Shop.COM."), "shop.com");
}

}  // namespace
}  // namespace labctl::evaluate
