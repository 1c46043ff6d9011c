#include "labctl/config/document.h"

#include <gtest/gtest.h>

namespace labctl::config {
namespace {

TEST(Document, KeepsOrderAndPlaces) {
  const auto root = parse_document("b = 1\na = \"x\"\n[[t]]\nz = [1.5, true]\ny = 2026-01-01\n", "f.toml");
  ASSERT_TRUE(root.has_value()) << render(root.error());
  ASSERT_EQ(root->members.size(), 3U);
  EXPECT_EQ(root->members[0].key, "b");
  EXPECT_EQ(root->members[1].key, "a");
  EXPECT_EQ(root->find("a")->at.text(), "f.toml:2:5");
  EXPECT_EQ(root->members[1].at.text(), "f.toml:2:1");
  const auto& table = root->find("t")->items.at(0);
  EXPECT_EQ(table.at.text(), "f.toml:3:1");
  EXPECT_EQ(table.members[0].key, "z");
  EXPECT_EQ(table.find("z")->items[0].real, 1.5);
  EXPECT_TRUE(table.find("z")->items[1].boolean);
  EXPECT_EQ(table.find("y")->type, Type::time);
  EXPECT_EQ(root->find("b")->integer, 1);
  EXPECT_EQ(root->text_of("none", "fallback"), "fallback");
}

TEST(Document, ASyntaxErrorHasItsPlace) {
  const auto root = parse_document("a = 1\na = 2\n", "f.toml");
  ASSERT_FALSE(root.has_value());
  EXPECT_EQ(root.error().kind, ErrorKind::usage);
  EXPECT_TRUE(root.error().where.starts_with("f.toml:2:")) << root.error().where;
}

// toml++ 3.3.0 calls what these lead to unreachable, or asserts that it isn't there.
TEST(Document, ACharacterWhereNoneCanStandIsASyntaxError) {
  for (const char* text : {"[;", "a = 1 \u00e9", "\u00e9 = 1", "[\u3042]", "a.\u3001 = 1", "a = [1 \u3000\u3042]"}) {
    const auto root = parse_document(text, "f.toml");
    ASSERT_FALSE(root.has_value()) << text;
    EXPECT_TRUE(root.error().where.starts_with("f.toml:1:")) << text << ": " << root.error().where;
  }
}

TEST(Document, DeepNestingIsRefused) {
  EXPECT_FALSE(parse_document("a = " + std::string(5000, '['), "f.toml").has_value());
}

}  // namespace
}  // namespace labctl::config
