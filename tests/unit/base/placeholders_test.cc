#include "labctl/base/placeholders.h"

#include <gtest/gtest.h>

namespace labctl {
namespace {

TEST(Placeholders, FillsKnownNamesAndLeavesOtherBraces) {
  const auto filled = fill("service x {\n  a = {zone}; b = { c }\n}", {{"zone", "m001.example"}}, "x.conf");
  ASSERT_TRUE(filled.has_value());
  EXPECT_EQ(*filled, "service x {\n  a = m001.example; b = { c }\n}");
}

TEST(Placeholders, UnknownNameIsPlacedAndCorrected) {
  const auto filled = fill("one\ntwo {zoen}", {{"zone", "m001.example"}}, "x.conf");
  ASSERT_FALSE(filled.has_value());
  EXPECT_EQ(filled.error().where, "x.conf:2:5");
  EXPECT_NE(filled.error().hint.find("{zone}"), std::string::npos);
}

TEST(Placeholders, ValuesAreNotFilledAgain) { EXPECT_EQ(*fill("{a}", {{"a", "{b}"}, {"b", "x"}}, "f"), "{b}"); }

TEST(Placeholders, UnclosedBraceAtTheEndStays) { EXPECT_EQ(*fill("{abc", {}, "f"), "{abc"); }

}  // namespace
}  // namespace labctl
