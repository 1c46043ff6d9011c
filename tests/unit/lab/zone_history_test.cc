#include "labctl/lab/zone_history.h"

#include <gtest/gtest.h>

#include "labctl/dns/record.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::lab {
namespace {

constexpr const char* kNotedZone = "m001.mail.nic.example";

TEST(ZoneHistory, WhatTheZoneHeldBeforeARunIsNotedOnce) {
  const fakes::TemporaryDirectory directory;
  const ZoneHistory notes(directory.path());
  const std::vector<dns::Record> records{dns::parse_record("_dmarc 20 TXT \"v=DMARC1; p=none\"", kNotedZone).value(),
                                         dns::parse_record("@ 20 MX 10 receiver", kNotedZone).value()};
  EXPECT_FALSE(notes.kept(kNotedZone).value());
  ASSERT_TRUE(notes.keep(kNotedZone, records));
  ASSERT_TRUE(notes.keep(kNotedZone, {}));
  const auto kept = notes.kept(kNotedZone).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, records) << "the older note stays, to the last octet";
  ASSERT_TRUE(notes.drop_kept(kNotedZone));
  EXPECT_FALSE(notes.kept(kNotedZone).value());
  ASSERT_TRUE(notes.keep(kNotedZone, records));
  ASSERT_TRUE(notes.forget(kNotedZone)) << "a zone that is made anew";
  EXPECT_FALSE(notes.kept(kNotedZone).value());
}

}  // namespace
}  // namespace labctl::lab
