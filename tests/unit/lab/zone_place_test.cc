#include "labctl/lab/zone_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::lab {
namespace {

TEST(ZonePlaces, AreThoseOfAllWhoServeZones) {
  const auto lab = topology::make_topology({.participants = 1, .with = {"forwarder", "list"}});
  ASSERT_TRUE(lab);
  std::vector<std::string> places;
  for (const auto& place : zone_places(*lab)) {
    places.push_back(place.zone + " " + place.host + " " + place.file);
    EXPECT_FALSE(place.is_signed) << place.zone;
  }
  EXPECT_THAT(places, testing::ElementsAre(
                          ". parent-dns /var/lib/knot/root.zone", "example parent-dns /var/lib/knot/example.zone",
                          "mail.nic.example parent-dns /var/lib/knot/mail.nic.example.zone",
                          "18.198.in-addr.arpa parent-dns /var/lib/knot/18.198.in-addr.arpa.zone",
                          "m001.mail.nic.example receiver.m001 /var/lib/knot/m001.mail.nic.example.zone",
                          "forward.example forwarder /var/lib/knot/forward.example.zone",
                          "lists.example list /var/lib/knot/lists.example.zone"));
}

TEST(ZonePlaces, AreSignedInALabWithDnssec) {
  const auto lab = topology::make_topology({.participants = 1, .dnssec = true, .with = {"forwarder"}});
  ASSERT_TRUE(lab);
  for (const auto& place : zone_places(*lab)) EXPECT_TRUE(place.is_signed) << place.zone;
}

TEST(ZonePlaces, AreFoundByNameAndTheNearestIsTold) {
  const auto lab = topology::make_topology({.participants = 1, .with = {"forwarder"}});
  ASSERT_TRUE(lab);
  EXPECT_EQ(find_zone(*lab, "Forward.Example.")->host, "forwarder");
  EXPECT_EQ(find_zone(*lab, ".")->file, "/var/lib/knot/root.zone");
  const auto none = find_zone(*lab, "foward.example");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_EQ(none.error().hint, "did you mean forward.example?");
}

}  // namespace
}  // namespace labctl::lab
