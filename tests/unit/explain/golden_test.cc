#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/explain/story.h"
#include "tests/fakes/paths.h"

namespace labctl::explain {
namespace {

void expect_explained(const std::string& name, const std::string& actual) {
  const auto path = test_path("golden/explain/" + name);
  if (const char* mode = std::getenv("LABCTL_GOLDEN"); mode != nullptr && std::string_view(mode) == "write") {
    ASSERT_TRUE(write_file(path, actual).has_value());
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden.has_value()) << render(golden.error());
  EXPECT_EQ(actual, *golden) << "differs from " << path;
}

// A new file is a new test: <dialect>/<case>.eml.
TEST(ExplainCorpus, EachMessageHasItsStoryInBothLanguages) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test_path("corpus/explain"))) {
    if (entry.path().extension() != ".eml") continue;
    const std::string dialect = entry.path().parent_path().filename();
    std::string name = dialect + "_" + entry.path().stem().string();
    std::ranges::replace(name, '-', '_');
    const auto text = read_file(entry.path().string());
    ASSERT_TRUE(text.has_value());
    const auto story = tell(mail::Message::parse(*text), {.receiver = {}, .dialect = dialect});
    ASSERT_TRUE(story.has_value()) << name << ": " << render(story.error());
    for (const auto& [suffix, language] : {std::pair{".0.text", Language::en}, {"_ja.0.text", Language::ja}}) {
      const auto told = to_text(*story, language);
      EXPECT_LE(lines_of(told).size(), 16U) << name << ": about a dozen lines";
      expect_explained(name + suffix, told);
    }
    ++count;
  }
  EXPECT_GE(count, 11U);
}

}  // namespace
}  // namespace labctl::explain
