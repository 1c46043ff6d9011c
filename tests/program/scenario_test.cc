#include <gtest/gtest.h>

#include <filesystem>

#include "labctl/base/json.h"
#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/program/typed.h"

namespace labctl::program {
namespace {

TEST(ScenarioVerb, ANewLessonIsGoodAndIsNotOverwritten) {
  const fakes::TemporaryDirectory directory;
  const std::string file = directory.path() + "/mine.toml";
  EXPECT_EQ(type({"scenario", "new", file}).exit_status, 0);
  const auto checked = type({"scenario", "check", file});
  EXPECT_EQ(checked.exit_status, 0) << checked.err;
  EXPECT_EQ(checked.out, "mine/include: 2 steps, good\n");
  EXPECT_EQ(type({"scenario", "new", file}).exit_status, 2);
  EXPECT_EQ(type({"scenario", "new", directory.path() + "/no/such/directory/x.toml"}).exit_status, 3);
}

TEST(ScenarioVerb, TheListHasALineForEachLesson) {
  const auto listed = type({"scenario", "list"});
  EXPECT_EQ(listed.exit_status, 0) << listed.err;
  std::size_t lessons = 0;
  for (const auto& line : lines_of(listed.out)) lessons += line.starts_with("lessons/") ? 1 : 0;
  const auto json = Json::parse(type({"scenario", "list", "lessons", "--json"}).out);
  EXPECT_EQ(json.size(), lessons);
  EXPECT_FALSE(json.at(0).at("teaches").empty());
}

TEST(ScenarioVerb, ALessonIsShown) {
  const auto shown = type({"scenario", "show", "lessons/1-tables/spf/spoofed-fail"});
  EXPECT_EQ(shown.exit_status, 0) << shown.err;
  EXPECT_NE(shown.out.find("expected: auth spf=fail"), std::string::npos) << shown.out;
  const auto misspelt = type({"scenario", "show", "lessons/1-tables/spf/spoofed-fial"});
  EXPECT_EQ(misspelt.exit_status, 2);
  EXPECT_NE(misspelt.err.find("did you mean 'lessons/1-tables/spf/spoofed-fail'?"), std::string::npos) << misspelt.err;
}

}  // namespace
}  // namespace labctl::program
