#include "labctl/base/text.h"

#include <gtest/gtest.h>

namespace labctl {
namespace {

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Text, LinesOfTakesBothLineEnds) {
  EXPECT_EQ(lines_of("a\r\nb\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_TRUE(lines_of("").empty());
}

TEST(Text, TrimRemovesOnlyTheEnds) { EXPECT_EQ(trim(" \t a b \r\n"), "a b"); }

TEST(Text, NearestFindsAMisspelling) {
  const std::vector<std::string> known{"participants", "domain", "listen"};
  EXPECT_EQ(nearest("participant", known), "participants");
  EXPECT_EQ(nearest("domian", known), "domain");
  EXPECT_EQ(nearest("zzzzzz", known), std::nullopt);
}

TEST(Text, PrintableHidesControlBytesAndKeepsJapanese) {
  EXPECT_EQ(printable("a\x1b[31m\xff"), "a\\x1b[31m\\xff");
  EXPECT_EQ(printable("なりすまし"), "なりすまし");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong forms are no UTF-8";
}

TEST(Text, JapaneseTakesTwoColumns) {
  EXPECT_EQ(display_width("なりすまし"), 10U);
  EXPECT_EQ(display_width("abc"), 3U);
}

TEST(Text, NearestTakesAWordThatWasCutShort) {
  const std::vector<std::string> hosts{"rogue-mailer", "receiver.m001", "receiver.m002"};
  EXPECT_EQ(nearest("rogue", hosts), "rogue-mailer");
  EXPECT_EQ(nearest("receiver", hosts), std::nullopt);
}

}  // namespace
}  // namespace labctl
