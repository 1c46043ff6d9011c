#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "labctl/evaluate/spf.h"
#include "labctl/evaluate/spf_record.h"
#include "tests/fakes/map_resolver.h"

namespace labctl::evaluate {
namespace {

SpfOutcome judged(fakes::MapResolver& dns, std::string_view record, std::string_view client = "192.0.2.1") {
  dns.add("d.example TXT " + std::string(record));
  return check_mail_from(dns, {.address = *parse_ip(client), .helo = "client.example", .mail_from = "user@d.example"});
}

std::string repeated(std::string_view term, int times) {
  std::string text = "v=spf1";
  for (int i = 0; i < times; ++i) text += fmt::format(" {}", fmt::format(fmt::runtime(term), i));
  return text;
}

// RFC 7208 section 4.6.4
TEST(SpfLimits, TenTermsMayAsk) {
  for (const char* term :
       {"a:h.example", "mx:h.example", "include:h.example", "ptr:other.example", "-exists:h.example"}) {
    for (const int times : {10, 11}) {
      fakes::MapResolver dns(
          "h.example A 203.0.113.1\nh.example MX 1 h.example\nh.example TXT v=spf1 ?all\n"
          "1.2.0.192.in-addr.arpa PTR h.example");
      const bool is_exists = std::string_view(term).starts_with("-exists");
      // One that exists ends the evaluation, so that it can only be the last to count.
      const auto record = is_exists ? repeated("a:h.example", times - 1) + " -exists:h.example" : repeated(term, times);
      const auto outcome = judged(dns, record + " -all");
      EXPECT_EQ(name_of(outcome.result), times == 10 ? "fail" : "permerror") << record << ": " << outcome.reason;
      EXPECT_EQ(outcome.lookups, times) << record;
    }
  }
}

TEST(SpfLimits, TermsOfIncludedRecordsCountAndRedirectToo) {
  fakes::MapResolver dns("h.example A 203.0.113.1\nfour.example TXT " + repeated("a:h.example", 4));
  EXPECT_EQ(judged(dns, "v=spf1 include:four.example include:four.example -all").lookups, 10);
  fakes::MapResolver more("h.example A 203.0.113.1\nfour.example TXT " + repeated("a:h.example", 4));
  const auto outcome = judged(more, "v=spf1 include:four.example include:four.example redirect=four.example");
  EXPECT_EQ(name_of(outcome.result), "permerror");
  EXPECT_NE(outcome.reason.find("number 11"), std::string::npos) << outcome.reason;
}

TEST(SpfLimits, TermsThatAskNothingAreFree) {
  fakes::MapResolver dns;
  EXPECT_EQ(name_of(judged(dns, repeated("ip4:203.0.113.{}", 40) + " -all").result), "fail");
}

TEST(SpfLimits, ATermBehindTheMatchIsNotCounted) {
  fakes::MapResolver dns("h.example A 203.0.113.1");
  const auto outcome = judged(dns, repeated("a:h.example", 9) + " ip4:192.0.2.1 " + "a:h.example a:h.example -all");
  EXPECT_EQ(name_of(outcome.result), "pass");
  EXPECT_EQ(outcome.lookups, 9);
}

TEST(SpfLimits, TwoQuestionsMayBeAnsweredWithNothing) {
  for (const int times : {2, 3}) {
    for (const char* term :
         {"a:gone{}.example", "mx:gone{}.example", "exists:gone{}.example", "a:empty.example", "ptr:gone{}.example"}) {
      fakes::MapResolver dns("empty.example TXT x");
      const auto outcome = judged(dns, repeated(term, times) + " -all");
      EXPECT_EQ(name_of(outcome.result), times == 2 ? "fail" : "permerror") << term << " " << outcome.reason;
      EXPECT_EQ(outcome.void_lookups, times);
    }
  }
}

TEST(SpfLimits, VoidNamesOfAnMxCount) {
  fakes::MapResolver dns(
      "m.example MX 1 w.example\nm.example MX 2 x.example\nm.example MX 3 y.example\nm.example MX 4 z.example");
  EXPECT_EQ(name_of(judged(dns, "v=spf1 mx:m.example -all").result), "permerror");
  // One for the record, one for the exchanges, and one each until there are too many.
  EXPECT_EQ(dns.asked.size(), 5U);
}

// RFC 7505 section 3: it names no host that could be asked for.
TEST(SpfLimits, ANullMxIsNoVoidLookup) {
  fakes::MapResolver dns("null.example MX 0 .");
  const auto outcome = judged(dns, "v=spf1 mx:null.example mx:null.example mx:null.example -all");
  EXPECT_EQ(name_of(outcome.result), "fail") << outcome.reason;
  EXPECT_EQ(outcome.void_lookups, 0);
}

TEST(SpfLimits, TenMxRecords) {
  for (const int times : {10, 11}) {
    fakes::MapResolver dns;
    for (int i = 0; i < times; ++i)
      dns.add(fmt::format("m.example MX {0} h{0}.example\nh{0}.example A 203.0.113.{0}", i));
    EXPECT_EQ(name_of(judged(dns, "v=spf1 mx:m.example -all").result), times == 10 ? "fail" : "permerror");
  }
}

// RFC 7208 section 4.6.4: names after the tenth are not looked at.
TEST(SpfLimits, TenPtrNames) {
  for (const int times : {9, 10}) {
    fakes::MapResolver dns;
    for (int i = 0; i < times; ++i)
      dns.add(fmt::format("1.2.0.192.in-addr.arpa PTR h{0}.example\nh{0}.example A 203.0.113.{0}", i));
    dns.add("1.2.0.192.in-addr.arpa PTR mail.d.example\nmail.d.example A 192.0.2.1");
    EXPECT_EQ(name_of(judged(dns, "v=spf1 ptr -all").result), times == 9 ? "pass" : "fail");
  }
}

TEST(SpfLimits, ACircleEnds) {
  fakes::MapResolver dns("other.example TXT v=spf1 include:d.example");
  EXPECT_EQ(name_of(judged(dns, "v=spf1 include:other.example -all").result), "permerror");
  fakes::MapResolver moving;
  EXPECT_EQ(name_of(judged(moving, "v=spf1 redirect=d.example").result), "permerror");
}

// RFC 7208 section 2.3 and 2.4
TEST(SpfIdentity, ANullReversePathIsThePostmasterOfTheHelo) {
  fakes::MapResolver dns(
      "mail.d.example TXT v=spf1 exists:%{l}.%{o}.local.example -all\n"
      "postmaster.mail.d.example.local.example A 127.0.0.1");
  const auto outcome = check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .helo = "Mail.D.example."});
  EXPECT_EQ(outcome.domain, "mail.d.example");
  EXPECT_EQ(name_of(check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .helo = "mail.d.example"}).result),
            "pass");
}

// RFC 7208 section 4.3
TEST(SpfIdentity, ASenderWithoutALocalPartIsPostmaster) {
  fakes::MapResolver dns("d.example TXT v=spf1 exists:%{l}.local.example -all\npostmaster.local.example A 127.0.0.1");
  EXPECT_EQ(name_of(check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .mail_from = "@d.example"}).result),
            "pass");
}

// RFC 7208 section 7.3
TEST(SpfIdentity, OfTheClientsNamesTheNearestToTheDomainIsTheMacros) {
  const std::string names =
      "1.2.0.192.in-addr.arpa PTR other.example\n1.2.0.192.in-addr.arpa PTR mail.d.example\n"
      "other.example A 192.0.2.1\nmail.d.example A 192.0.2.1\n";
  fakes::MapResolver below(names + "mail.d.example.names.example A 127.0.0.1");
  EXPECT_EQ(name_of(judged(below, "v=spf1 exists:%{p}.names.example -all").result), "pass");
  fakes::MapResolver same(names +
                          "1.2.0.192.in-addr.arpa PTR d.example\nd.example A 192.0.2.1\n"
                          "d.example.names.example A 127.0.0.1");
  EXPECT_EQ(name_of(judged(same, "v=spf1 exists:%{p}.names.example -all").result), "pass");
}

TEST(SpfIdentity, AHeloThatIsNoNameHasNoResult) {
  fakes::MapResolver dns;
  for (const char* helo : {"[192.0.2.1]", "localhost", "", "a..example"})
    EXPECT_EQ(name_of(check_helo(dns, {.address = *parse_ip("192.0.2.1"), .helo = helo}).result), "none") << helo;
  dns.add("mail.example TXT v=spf1 a -all\nmail.example A 192.0.2.1");
  EXPECT_EQ(name_of(check_helo(dns, {.address = *parse_ip("192.0.2.1"), .helo = "mail.example"}).result), "pass");
}

// RFC 7208 section 4.3
TEST(SpfIdentity, NoDomainNoResult) {
  fakes::MapResolver dns;
  for (const char* mail_from : {"user", "user@", "user@example", "user@a..example", "user@[192.0.2.1]"})
    EXPECT_EQ(
        name_of(check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .helo = "x", .mail_from = mail_from}).result),
        "none")
        << mail_from;
}

// RFC 7208 section 4.4
TEST(SpfIdentity, TroubleWithTheRecordItselfIsTemporary) {
  for (const char* rcode : {"SERVFAIL", "TIMEOUT", "REFUSED"}) {
    fakes::MapResolver dns(fmt::format("d.example TXT !{}", rcode));
    const auto outcome = check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .mail_from = "u@d.example"});
    EXPECT_EQ(name_of(outcome.result), "temperror");
    EXPECT_NE(outcome.reason.find(rcode), std::string::npos);
  }
}

// RFC 7208 section 6.2
TEST(SpfExplanation, IsThatOfTheRecordThatFails) {
  struct Case {
    const char* table;
    const char* text;
  };
  const Case cases[] = {
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT %{i} may not send for %{d}",
       "192.0.2.1 may not send for d.example"},
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT one | two", "onetwo"},
      {"d.example TXT v=spf1 -all exp=why.%{d}\nwhy.d.example TXT %{c} %{r} %{t} %{L} 100%% a%_b%-c",
       "192.0.2.1 mx.example 1700000000 strong%2Bbad 100% a b%20c"},
      {"d.example TXT v=spf1 redirect=e.example exp=why.example\ne.example TXT v=spf1 -all exp=there.example\n"
       "why.example TXT here\nthere.example TXT there",
       "there"},
      {"d.example TXT v=spf1 redirect=e.example exp=why.example\ne.example TXT v=spf1 -all\nwhy.example TXT here", ""},
      {"d.example TXT v=spf1 include:e.example -all exp=why.example\ne.example TXT v=spf1 -all exp=there.example\n"
       "why.example TXT here\nthere.example TXT there",
       "here"},
      {"d.example TXT v=spf1 include:e.example -all\ne.example TXT v=spf1 -all exp=there.example\n"
       "there.example TXT there",
       ""},
      {"d.example TXT v=spf1 ~all exp=why.example\nwhy.example TXT here", ""},
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT one\nwhy.example TXT two", ""},
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT %{x}", ""},
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT caf\xc3\xa9", ""},
      {"d.example TXT v=spf1 -all exp=why.example\nwhy.example TXT !SERVFAIL", ""},
  };
  for (const auto& test : cases) {
    fakes::MapResolver dns(test.table);
    const auto outcome = check_mail_from(dns, {.address = *parse_ip("192.0.2.1"),
                                               .helo = "client.example",
                                               .mail_from = "strong+bad@d.example",
                                               .receiver = "mx.example",
                                               .now = 1'700'000'000});
    EXPECT_EQ(outcome.explanation, test.text) << test.table;
  }
}

TEST(SpfTrace, TellsWhatWasLookedAt) {
  fakes::MapResolver dns("i.example TXT v=spf1 a:h.example ?all\nh.example A 203.0.113.1");
  const auto outcome = judged(dns, "v=spf1 include:i.example -all");
  const auto told = [&](int depth, std::string_view text) {
    return std::ranges::any_of(outcome.steps, [&](const Step& step) {
      return step.depth == depth && step.text.find(text) != std::string::npos && step.source.starts_with("RFC 7208 ");
    });
  };
  EXPECT_TRUE(told(0, "d.example: v=spf1 include:i.example -all"));
  EXPECT_TRUE(told(1, "h.example is 203.0.113.1, not the client"));
  EXPECT_TRUE(told(0, "'-all' matches: fail"));
  EXPECT_EQ(outcome.mechanism, "-all");
}

TEST(SpfTrace, NoTermOfAnIncludedRecordIsTheOneThatDecided) {
  fakes::MapResolver dns("i.example TXT v=spf1 -all");
  const auto outcome = judged(dns, "v=spf1 include:i.example");
  EXPECT_EQ(name_of(outcome.result), "neutral");
  EXPECT_EQ(outcome.mechanism, "");
}

TEST(SpfTrace, ADomainThatDoesNotExistIsToldFromOneWithoutARecord) {
  const auto reason_of = [](const char* table) {
    fakes::MapResolver dns(table);
    return check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .mail_from = "u@d.example"}).reason;
  };
  EXPECT_EQ(reason_of("x.example A 192.0.2.1"), "d.example does not exist");
  EXPECT_EQ(reason_of("d.example A 192.0.2.1"), "d.example has no SPF record");
}

TEST(SpfRecord, AProblemHasItsPlaceAndWhatWasMeant) {
  const auto first = [](std::string_view text) {
    const auto record = parse_spf_record(text);
    return record.problems.empty() ? Problem{} : record.problems.front();
  };
  EXPECT_EQ(first("v=spf1 ip4:x -all").column, 8U);
  EXPECT_EQ(first("v=spf1 -all other=%x").column, 19U);
  EXPECT_EQ(first("v=spf1 a:h.example ?exists:%{x}.example").column, 28U);
  EXPECT_NE(first("v=spf1 ipv4:192.0.2.1").message.find("'ip4' is one"), std::string::npos);
  EXPECT_NE(first("v=spf1 ipv6:2001:db8::1").message.find("'ip6' is one"), std::string::npos);
}

}  // namespace
}  // namespace labctl::evaluate
