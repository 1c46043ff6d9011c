#include "labctl/topology/intermediary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::topology {
namespace {

TEST(Intermediaries, AreInALabThatAsksForThem) {
  const auto plain = make_topology({.participants = 1});
  const auto with = make_topology({.participants = 1, .with = {"list", "forwarder", "list"}});
  ASSERT_TRUE(plain && with);
  EXPECT_EQ(plain->find_host("forwarder"), nullptr);
  EXPECT_EQ(with->hosts.size(), plain->hosts.size() + 2);
  const auto* forwarder = with->find_host("forwarder");
  ASSERT_NE(forwarder, nullptr);
  EXPECT_EQ(forwarder->mail_domain, "forward.example");
  EXPECT_EQ(forwarder->fqdn, "mx.forward.example");
  EXPECT_EQ(forwarder->address, "198.18.0.31");
  EXPECT_TRUE(forwarder->has(Role::forwarder));
  EXPECT_FALSE(forwarder->has(Role::srs));
  EXPECT_TRUE(with->find_host("list")->has(Role::list));
}

// Aligning is by the organizational domain: one that a participant shares would make everything align.
TEST(Intermediaries, ShareNoDomainWithTheLab) {
  const auto lab = make_topology({.participants = 1, .with = {"forwarder"}});
  ASSERT_TRUE(lab);
  EXPECT_EQ(lab->intermediary_of("Forward.Example"), lab->find_host("forwarder"));
  EXPECT_EQ(lab->intermediary_of("lists.example"), nullptr);
  EXPECT_TRUE(lab->is_inside("forward.example."));
  EXPECT_TRUE(lab->is_inside("mx.forward.example"));
  EXPECT_FALSE(lab->is_inside("lists.example"));
  EXPECT_FALSE(lab->is_inside("xforward.example"));
  const auto same = make_topology({.domain = "a.forward.example", .with = {"forwarder"}});
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().kind, ErrorKind::usage);
}

TEST(Intermediaries, OfAnotherNetworkAndDomain) {
  const auto lab = make_topology({.domain = "dmarc.test", .network = "198.19.0.0/16", .with = {"srs-forwarder"}});
  ASSERT_TRUE(lab);
  EXPECT_EQ(lab->find_host("srs-forwarder")->address, "198.19.0.32");
  EXPECT_EQ(lab->find_host("srs-forwarder")->mail_domain, "forward-srs.test");
}

TEST(Intermediaries, AWrongNameIsToldWithTheNearest) {
  const auto lab = make_topology({.with = {"forwader"}});
  ASSERT_FALSE(lab);
  EXPECT_EQ(lab.error().kind, ErrorKind::usage);
  EXPECT_THAT(lab.error().hint, testing::HasSubstr("forwarder"));
}

// A key is made for each zone from the start, whoever serves it later.
TEST(Intermediaries, HaveZonesThatAreNamedInEachLab) {
  const auto lab = make_topology({.participants = 1});
  ASSERT_TRUE(lab);
  EXPECT_THAT(parent_zone_names(*lab), testing::ElementsAre(".", "example", "mail.nic.example", "18.198.in-addr.arpa"));
  EXPECT_THAT(zone_names(*lab), testing::ElementsAre(".", "example", "mail.nic.example", "18.198.in-addr.arpa",
                                                     "m001.mail.nic.example", "forward.example", "forward-srs.example",
                                                     "forward-arc.example", "unknown-arc.example", "lists.example"));
  const auto own = make_topology({.domain = "lists.example", .participants = 1});
  ASSERT_TRUE(own);
  EXPECT_THAT(zone_names(*own), testing::Contains("lists.example").Times(1));
}

TEST(Intermediaries, TogetherHasEachOnceInTheOrderOfTheTable) {
  EXPECT_THAT(together({"list"}, {"forwarder", "list"}), testing::ElementsAre("forwarder", "list"));
  EXPECT_TRUE(together({}, {}).empty());
}

}  // namespace
}  // namespace labctl::topology
