// The zone file resolver answers what knotd answers from the same file.
#include "labctl/evaluate/zone_resolver.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/evaluate/live_resolver.h"
#include "tests/contract/daemon.h"
#include "tests/contract/knot_server.h"
#include "tests/fakes/loopback.h"

namespace labctl::contract {
namespace {

constexpr const char* kWritten =
    "$ORIGIN m001.lab.example.\n$TTL 20\n@ SOA ns hostmaster 1 1 1 1 1\n@ NS ns\nns A 198.18.0.1\n@ MX 10 mail\n"
    "mail A 198.18.0.2\nmail AAAA 2001:db8::2\nwww CNAME mail\nw CNAME www\n@ TXT \"v=spf1 mx -all\" \"\"\n"
    "*.wild TXT \"any\"\nhere.wild A 198.18.0.3\n*.alias CNAME mail\ndeep.under.it TXT \"x\"\n"
    "a\\032b TXT \"blank\"\nodd\\\"\\(\\;q TXT \"signs\"\n";

std::string told(const evaluate::Answer& answer) {
  std::vector<std::string> data;
  for (const auto& record : answer.records) data.push_back(record.type + " " + record.rdata);
  std::ranges::sort(data);
  return answer.rcode + " " + join(data, ", ");
}

TEST(ZoneResolver, AnswersAsKnotdDoes) {
  LABCTL_NEEDS("knotd");
  const RealKnotServer server(kWritten);
  evaluate::LiveResolver live{dns::Resolver({std::make_shared<OwnNetwork>(), "127.0.0.1", server.port()})};
  evaluate::ZoneResolver from_file({evaluate::read_zone_text(kWritten, "z").value()});
  for (const char* name :
       {"",         "ns",     "mail",     "www",           "w",         "WWW",         "gone",  "gone.mail",
        "wild",     "a.wild", "b.a.wild", "*.wild",        "here.wild", "x.here.wild", "alias", "x.alias",
        "under.it", "it",     "x.it",     "deep.under.it", "a b",       "odd\"(;q"})
    for (const char* type : {"A", "AAAA", "TXT", "MX", "CNAME"}) {
      const auto whole = std::string(name) + (*name == '\0' ? "" : ".") + kZone;
      EXPECT_EQ(told(from_file.query(whole, type)), told(live.query(whole, type))) << whole << " " << type;
    }
  EXPECT_FALSE(live.failure().has_value());
}

}  // namespace
}  // namespace labctl::contract
