#include "labctl/evaluate/zone_resolver.h"

#include <gtest/gtest.h>

#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

constexpr const char* kZone = R"($ORIGIN shop.example.
$TTL 20
@ SOA ns hostmaster 1 1 1 1 1
@ NS ns
ns A 192.0.2.53
www CNAME web
web A 192.0.2.80
loop CNAME pool
pool CNAME loop
out CNAME mail.other.example.
*.wild TXT "any"
here.wild A 192.0.2.1
deep.under TXT "x"
we\@ird TXT "odd"
)";

ZoneResolver resolver() {
  auto zone = read_zone_text(kZone, "z");
  auto other = read_zone_text("mail.other.example. A 192.0.2.25\n", "dir/other.example.zone");
  EXPECT_TRUE(zone.has_value() && other.has_value());
  return ZoneResolver({*zone, *other});
}

TEST(ZoneResolver, AnswersAsAnAuthorityDoes) {
  auto dns = resolver();
  EXPECT_EQ(dns.query("web.shop.example", "A").records.size(), 1U);
  EXPECT_EQ(dns.query("WWW.shop.example", "A").records.front().rdata, "192.0.2.80");
  EXPECT_EQ(dns.query("out.shop.example", "A").records.front().rdata, "192.0.2.25");
  EXPECT_TRUE(dns.query("web.shop.example", "TXT").is_void());
  EXPECT_FALSE(dns.query("under.shop.example", "TXT").has_no_name());
  EXPECT_TRUE(dns.query("gone.shop.example", "A").has_no_name());
  EXPECT_TRUE(dns.query("loop.shop.example", "A").is_trouble());
  EXPECT_EQ(dns.query("we@ird.shop.example", "TXT").records.size(), 1U);
}

// RFC 4592 section 3.3.1
TEST(ZoneResolver, AWildcardStandsForWhatIsNotThere) {
  auto dns = resolver();
  EXPECT_EQ(texts_of(dns.query("a.wild.shop.example", "TXT")), std::vector<std::string>{"any"});
  EXPECT_EQ(texts_of(dns.query("b.a.wild.shop.example", "TXT")), std::vector<std::string>{"any"});
  EXPECT_TRUE(dns.query("here.wild.shop.example", "TXT").is_void());
  EXPECT_TRUE(dns.query("x.here.wild.shop.example", "TXT").has_no_name());
}

TEST(ZoneResolver, ANameOutsideIsRemembered) {
  auto dns = resolver();
  EXPECT_TRUE(dns.query("a.nowhere.example", "A").has_no_name());
  EXPECT_EQ(dns.outside(), std::set<std::string>{"a.nowhere.example"});
}

TEST(ZoneFile, IsNamedByOriginSoaOrFile) {
  EXPECT_EQ(read_zone_text("a.example. 1 SOA n. h. 1 1 1 1 1\n", "f")->apex, "a.example.");
  EXPECT_EQ(read_zone_text("@ 1 A 192.0.2.1\n", "/x/b.example.zone")->apex, "b.example.");
  EXPECT_EQ(read_zone_text("c.example. 1 A 192.0.2.1\n", "records")->apex, ".");
  const auto broken = read_zone_text("$ORIGIN d.example.\n@ A 1.2.3\n", "d");
  ASSERT_FALSE(broken.has_value());
  EXPECT_TRUE(broken.error().where.starts_with("d:2")) << broken.error().where;
}

TEST(DomainName, PartsAndForms) {
  EXPECT_EQ(normal_name("A.Example."), "a.example");
  EXPECT_EQ(zone_name("a b.ex\xc3"), "a\\032b.ex\\195.");
  EXPECT_EQ(last_labels("a.b.c", 2), "b.c");
  EXPECT_EQ(last_labels("a.b.c", 3), "a.b.c");
  EXPECT_EQ(last_labels("a.b.c", 9), "a.b.c");
  EXPECT_EQ(last_labels("a.b.c", 1), "c");
  EXPECT_EQ(last_labels("a.b.c", 0), "");
  EXPECT_EQ(parent_of("a.b.c"), "b.c");
  EXPECT_EQ(parent_of("c"), "");
  EXPECT_TRUE(is_at_or_below("a.b.c", "b.c"));
  EXPECT_FALSE(is_at_or_below("ab.c", "b.c"));
  EXPECT_FALSE(is_queryable("a..b"));
  EXPECT_FALSE(is_queryable(std::string(64, 'x') + ".example"));
}

}  // namespace
}  // namespace labctl::evaluate
