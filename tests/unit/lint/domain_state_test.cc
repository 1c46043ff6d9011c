#include "labctl/lint/domain_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/evaluate/zone_resolver.h"

namespace labctl::lint {
namespace {

using testing::ElementsAre;

DomainState state_of_zone(const std::vector<std::string>& lines) {
  WrittenZone zone{.apex = "d.example.", .file = "d.example", .lines = {}};
  std::vector<dns::Record> records{dns::parse_record("@ SOA ns h 1 1 1 1 1", "d.example").value()};
  for (const auto& line : lines) records.push_back(dns::parse_record(line, "d.example").value());
  for (const auto& record : records) zone.lines.push_back({.record = record, .text = {}});
  evaluate::ZoneResolver resolver({{.apex = "d.example.", .records = records}});
  return domain_state("D.example.", resolver, zone);
}

TEST(DomainState, TheLevelFollowsPolicyAndReports) {
  const std::vector<std::pair<std::string, DmarcLevel>> cases{
      {"v=DMARC1; p=none", DmarcLevel::publish},
      {"v=DMARC1; p=quarantine; rua=mailto:a@d.example", DmarcLevel::label},
      {"v=DMARC1; p=reject", DmarcLevel::enforce},
      {"v=DMARC1; p=reject; rua=mailto:a@d.example", DmarcLevel::report},
      {"v=DMARC1; p=nonsense; rua=mailto:a@d.example", DmarcLevel::publish},
      {"v=DMARC1", DmarcLevel::nothing},
      {"v=DMARC2; p=reject", DmarcLevel::nothing}};
  for (const auto& [record, level] : cases)
    EXPECT_EQ(state_of_zone({"_dmarc TXT \"" + record + "\""}).level, level) << record;
  EXPECT_EQ(state_of_zone({}).level, DmarcLevel::nothing);
  EXPECT_EQ(state_of_zone({"_dmarc TXT \"v=DMARC1; p=none\"", "_dmarc TXT \"v=DMARC1; p=reject\""}).level,
            DmarcLevel::nothing);
}

TEST(DomainState, OnePageHasItAll) {
  const auto state =
      state_of_zone({"@ MX 10 mx", "mx A 192.0.2.1", "@ TXT \"v=spf1 mx ~all\"", "@ TXT \"site\"",
                     "a._domainkey TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
                     "b._domainkey TXT \"v=DKIM1; p=\"", "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@d.example\""});
  EXPECT_EQ(state.domain, "d.example");
  EXPECT_THAT(state.mx, ElementsAre("10 mx.d.example."));
  EXPECT_THAT(state.spf, ElementsAre("v=spf1 mx ~all"));
  EXPECT_EQ(state.spf_end, "softfail");
  EXPECT_EQ(state.spf_lookups, 1);
  ASSERT_EQ(state.keys.size(), 2U);
  EXPECT_EQ(state.keys[0].selector, "a");
  EXPECT_EQ(state.keys[0].type, "ed25519");
  EXPECT_FALSE(state.keys[0].revoked);
  EXPECT_TRUE(state.keys[1].revoked);
  EXPECT_THAT(state.aggregate_reports, ElementsAre("mailto:a@d.example"));
}

}  // namespace
}  // namespace labctl::lint
