#include "labctl/service/zone_key.h"

#include <gtest/gtest.h>

namespace labctl::service {
namespace {

// RFC 6605 section 6.1
TEST(ZoneKey, ItsDelegationSignerIsThatOfTheRfc) {
  const auto ds = ds_of("example.net",
                        "257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+"
                        "Wi9xMWyQLc8NAA==");
  ASSERT_TRUE(ds.has_value()) << render(ds.error());
  EXPECT_EQ(*ds, "55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17");
}

TEST(ZoneKey, EachIsAnother) {
  const auto one = make_zone_key(".");
  const auto two = make_zone_key(".");
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->dnskey, two->dnskey);
  EXPECT_TRUE(one->private_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
  EXPECT_EQ(one->ds, ds_of(".", one->dnskey));
  EXPECT_NE(one->ds, ds_of("example", one->dnskey));
}

TEST(ZoneKey, WhatIsNoneIsRefused) {
  EXPECT_FALSE(ds_of("example.net", "256 3 8 AwEAAa").has_value());
  EXPECT_FALSE(ds_of("example.net", "257 3 13 GojI").has_value());
  EXPECT_FALSE(ds_of("example.net", "257 3 13 ").has_value());
}

}  // namespace
}  // namespace labctl::service
