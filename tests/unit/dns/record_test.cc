#include "labctl/dns/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::dns {
namespace {

using testing::HasSubstr;

constexpr const char* kOrigin = "m001.lab.example";

Record parsed(std::string_view text) {
  auto record = parse_record(text, kOrigin);
  return record ? *record : Record{.owner = render(record.error()), .ttl = 0, .type = {}, .rdata = {}};
}

struct Case {
  std::string text;
  Record record;
};

class EachType : public testing::TestWithParam<Case> {};

TEST_P(EachType, IsRead) { EXPECT_EQ(parsed(GetParam().text), GetParam().record) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    Records, EachType,
    testing::Values(
        Case{"@ 20 SOA ns hostmaster 1 2 3 4 5",
             {"m001.lab.example.", 20, "SOA", "ns.m001.lab.example. hostmaster.m001.lab.example. 1 2 3 4 5"}},
        Case{"@ NS ns", {"m001.lab.example.", 20, "NS", "ns.m001.lab.example."}},
        Case{"@ 20 IN MX 10 Receiver", {"m001.lab.example.", 20, "MX", "10 receiver.m001.lab.example."}},
        Case{"Sender 300 a 198.18.0.1", {"sender.m001.lab.example.", 300, "A", "198.18.0.1"}},
        Case{"sender IN 300 AAAA 2001:DB8::1", {"sender.m001.lab.example.", 300, "AAAA", "2001:db8::1"}},
        Case{"www 1h30m CNAME other.example.", {"www.m001.lab.example.", 5400, "CNAME", "other.example."}},
        Case{"1.0.18.198.in-addr.arpa. PTR sender",
             {"1.0.18.198.in-addr.arpa.", 20, "PTR", "sender.m001.lab.example."}},
        Case{"_dmarc 20 TXT \"v=DMARC1; p=none\"", {"_dmarc.m001.lab.example.", 20, "TXT", "\"v=DMARC1; p=none\""}},
        Case{"  x\tTXT \"a\"\"b\" ; remark", {"x.m001.lab.example.", 20, "TXT", "\"a\" \"b\""}},
        Case{"*.x TXT \"\"", {"*.x.m001.lab.example.", 20, "TXT", "\"\""}},
        Case{"x TYPE65280 \\# 2 0102", {"x.m001.lab.example.", 20, "TYPE65280", "\\# 2 0102"}}));

TEST(Record, AKeyOverSeveralLinesIsOneRecord) {
  const auto key = parsed(
      "sel._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n"
      "\t  \"p=AAAA\" )  ; ----- DKIM key (sel) for m001.lab.example\n");
  EXPECT_EQ(key.owner, "sel._domainkey.m001.lab.example.");
  EXPECT_EQ(txt_content(key).value(), "v=DKIM1; h=sha256; k=rsa; p=AAAA");
}

TEST(Record, TextOver255OctetsIsSplit) {
  const std::string text = "v=DKIM1; p=" + std::string(500, 'A');
  const auto key = parsed("sel._domainkey TXT \"" + text + "\"");
  EXPECT_EQ(key.rdata,
            "\"" + text.substr(0, 255) + "\" \"" + text.substr(255, 255) + "\" \"" + text.substr(510) + "\"");
  EXPECT_EQ(txt_content(key).value(), text);
  EXPECT_EQ(parsed("x TXT \"" + std::string(255, 'A') + "\"").rdata.size(), 257U);
}

TEST(Record, AnEscapeIsNeverCut) {
  const auto record = parsed("x TXT \"" + std::string(254, 'A') + R"(\"\195\164")");
  EXPECT_EQ(record.rdata, "\"" + std::string(254, 'A') + R"(\"" "\195\164")");
  EXPECT_EQ(txt_content(record).value(), std::string(254, 'A') + "\"\xc3\xa4");
}

TEST(Record, EscapesAreUndoneInTheText) {
  const auto record = parsed(R"(x TXT "a\"b\\c\; \(d\065")");
  EXPECT_EQ(txt_content(record).value(), "a\"b\\c; (dA");
  EXPECT_FALSE(txt_content({.owner = "x.", .ttl = 20, .type = "TXT", .rdata = "bare"}));
}

struct BadCase {
  std::string text;
  std::string complaint;
};

class BadRecord : public testing::TestWithParam<BadCase> {};

TEST_P(BadRecord, NamesThePartThatCannotBeRead) {
  const auto record = parse_record(GetParam().text, kOrigin);
  ASSERT_FALSE(record) << to_line(*record);
  EXPECT_EQ(record.error().kind, ErrorKind::usage);
  EXPECT_THAT(record.error().message, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Records, BadRecord,
    testing::Values(BadCase{"", "the record is empty"}, BadCase{" ; only a remark", "the record is empty"},
                    BadCase{"_dmarc", "ends before its type: _dmarc"}, BadCase{"_dmarc 20 IN", "ends before its type"},
                    BadCase{"_dmarc 20 TXTT \"x\"", "'TXTT' is no record type"},
                    BadCase{"x 20 TYPE65O280 \\# 2 0102", "'TYPE65O280' is no record type"},
                    BadCase{"x 20 TYPE65 \\# 2 0102", "the data of the TYPE65 record can't be read"},
                    BadCase{"_dmarc 2x TXT \"x\"", "'2x' is no TTL"},
                    BadCase{"_dmarc 4294967297 TXT \"x\"", "over 2147483647"},
                    BadCase{"_dmarc 99999999999999999999999w TXT \"x\"", "over 2147483647"},
                    BadCase{"_dmarc 20 20 TXT \"x\"", "'20' is no record type"},
                    BadCase{"_dmarc 20 TXT v=DMARC1; p=none", "must stand in double quotes: v=DMARC1"},
                    BadCase{"_dmarc 20 TXT \"v=DMARC1", "not closed"}, BadCase{"_dmarc 20 TXT \"x\\\"", "not closed"},
                    BadCase{"_dmarc 20 TXT", "has no text"},
                    BadCase{"x 20 A 198.18.0", "the data of the A record can't be read: '198.18.0'"},
                    BadCase{"x 20 A", "the data of the A record can't be read: ''"},
                    BadCase{"x 20 MX receiver", "the data of the MX record can't be read"},
                    BadCase{"x..y 20 A 198.18.0.1", "'x..y' is no domain name"},
                    BadCase{std::string(64, 'a') + " 20 A 198.18.0.1", "is no domain name"},
                    BadCase{"x TXT ( \"a\"", "'(' is not closed"}, BadCase{"x TXT \"a\" )", "')' has no '('"},
                    BadCase{"x TXT \"a\nb\"", "line ends inside double quotes"},
                    BadCase{"x TXT \"a\"\ny TXT \"b\"", "second record"},
                    BadCase{"x TXT \"a\x01\"", "control character"},
                    BadCase{"x TXT \"" + std::string(20'000, 'a') + "\"", "longer than 16384"}));

TEST(Record, QuotesThatAShellTookAwayGetAHint) {
  EXPECT_THAT(parse_record("_dmarc 20 TXT v=DMARC1", kOrigin).error().hint, HasSubstr("single quotes"));
}

TEST(AbsoluteName, BelongsToTheZoneUnlessItEndsInADot) {
  EXPECT_EQ(absolute_name("@", kOrigin).value(), "m001.lab.example.");
  EXPECT_EQ(absolute_name("", kOrigin).value(), "m001.lab.example.");
  EXPECT_EQ(absolute_name("_DMARC", kOrigin).value(), "_dmarc.m001.lab.example.");
  EXPECT_EQ(absolute_name("x", "m001.lab.example.").value(), "x.m001.lab.example.");
  EXPECT_EQ(absolute_name("Other.Example.", kOrigin).value(), "other.example.");
  EXPECT_EQ(absolute_name("example", ".").value(), "example.");
  EXPECT_EQ(absolute_name("@", ".").value(), ".");
}

TEST(AbsoluteName, RefusesWhatIsNone) {
  std::string four_labels;
  for (int i = 0; i < 4; ++i) four_labels += std::string(63, 'a') + ".";
  const std::string with_nul("a\0b", 3);
  for (const auto& name : {std::string("a..b"), std::string("a b"), std::string("a\tb"), std::string("a\nb"), with_nul,
                           std::string("\xc3\xa4"), std::string(64, 'a'), four_labels + "a."})
    EXPECT_FALSE(absolute_name(name, kOrigin)) << testing::PrintToString(name);
}

// RFC 1982 section 5.2
TEST(Serial, IsComparedInACircle) {
  EXPECT_TRUE(serial_is_newer(1, 0));
  EXPECT_FALSE(serial_is_newer(0, 1));
  EXPECT_FALSE(serial_is_newer(7, 7));
  EXPECT_TRUE(serial_is_newer(0, 0xffffffffU));
  EXPECT_FALSE(serial_is_newer(0xffffffffU, 0));
  EXPECT_TRUE(serial_is_newer(0x7fffffffU, 0));
  EXPECT_FALSE(serial_is_newer(0x80000001U, 0));
  EXPECT_FALSE(serial_is_newer(0x80000000U, 0)) << "undefined by the RFC; said to be no progress";
}

TEST(Record, IsPrintedInColumns) {
  EXPECT_EQ(to_line(parsed("x 20 A 198.18.0.1")), "x.m001.lab.example.\t20\tA\t198.18.0.1");
}

}  // namespace
}  // namespace labctl::dns
