#include "labctl/evaluate/tag_list.h"

#include <gtest/gtest.h>

namespace labctl::evaluate {
namespace {

TEST(TagList, AnEmptyPartIsToldAtItsSemicolon) {
  for (const char* text : {"v=DKIM1;; p=x", "v=DKIM1; ; p=x"}) {
    const auto list = parse_tag_list(text);
    ASSERT_EQ(list.problems.size(), 1U) << text;
    EXPECT_EQ(list.problems[0].column, std::string_view(text).rfind(';') + 1) << text;
    ASSERT_EQ(list.tags.size(), 2U);
    EXPECT_EQ(list.tags[1].column, std::string_view(text).find('p') + 1);
  }
  EXPECT_TRUE(parse_tag_list("v=DKIM1; p=x;").problems.empty());
}

}  // namespace
}  // namespace labctl::evaluate
