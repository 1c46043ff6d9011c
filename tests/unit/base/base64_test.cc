#include "labctl/base/base64.h"

#include <gtest/gtest.h>

#include "labctl/base/text.h"

namespace labctl {
namespace {

TEST(Base64, VectorsOfRfc4648) {
  // RFC 4648 section 10.
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
}

TEST(Base64, EveryByteComesBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatItDidNotWrite) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Z===", "====", "Zm9*", "Zm 9"})
    EXPECT_FALSE(from_base64(text).has_value()) << text;
}

TEST(Text, Utf8IsToldFromOtherBytes) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8(std::string_view("a\0\n", 3)));
  EXPECT_TRUE(is_utf8("日本語"));
  EXPECT_FALSE(is_utf8("\xe3\x81"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_FALSE(is_utf8("a\xff"));
}

}  // namespace
}  // namespace labctl
