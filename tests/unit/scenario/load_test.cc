#include "labctl/scenario/load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/reference.h"
#include "labctl/scenario/step_kind.h"
#include "tests/fakes/paths.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

std::vector<std::string> bad_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(test_path("corpus/scenario-bad")))
    files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// A file says in its first line what is wrong with it: `# expect: LINE:COLUMN: part of the message | part of the
/// hint`.
class BadScenario : public ::testing::TestWithParam<std::string> {};

TEST_P(BadScenario, IsRefusedAtItsPlace) {
  const auto text = read_file(GetParam()).value();
  const std::string first = lines_of(text).at(0);
  constexpr std::string_view kStart = "# expect: ";
  ASSERT_TRUE(first.starts_with(kStart));
  const std::string expectation = first.substr(kStart.size());
  const auto bar = expectation.find(" | ");
  const auto place_end = expectation.find(": ");
  const auto loaded = load_scenarios_of(GetParam(), "bad");
  ASSERT_FALSE(loaded.has_value());
  const auto& error = loaded.error();
  EXPECT_EQ(error.kind, ErrorKind::usage);
  EXPECT_EQ(error.where, GetParam() + ":" + expectation.substr(0, place_end)) << render(error);
  const std::string message = expectation.substr(place_end + 2, bar == std::string::npos ? bar : bar - place_end - 2);
  EXPECT_NE(error.message.find(message), std::string::npos) << render(error);
  const std::string hint = bar == std::string::npos ? "" : expectation.substr(bar + 3);
  EXPECT_NE(error.hint.find(hint), std::string::npos) << render(error);
}

std::string test_name(const ::testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).stem();
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Corpus, BadScenario, ::testing::ValuesIn(bad_files()), test_name);

TEST(Load, TellsWhichForwardersAndListsItNeeds) {
  const auto row = [](const std::string& rcpt_to, const std::string& reaches) {
    return fmt::format(
        "title = \"T\"\nteaches = [\"RFC 7208 section 4\"]\n[[row]]\nid = \"a\"\ntitle = \"A\"\nfrom_host = "
        "\"{{sender}}\"\nmail_from = \"user-a@{{zone}}\"\nrcpt_to = \"{}\"\n{}expect = {{ disposition = \"inbox\" }}\n",
        rcpt_to, reaches);
  };
  const auto needs = [](const std::string& text) {
    const auto loaded = parse_scenario(text, "t.toml", "t/a");
    EXPECT_TRUE(loaded) << render(loaded.error());
    return loaded ? loaded->hosts : std::vector<std::string>{};
  };
  EXPECT_TRUE(needs(row("user-b@{zone}", "")).empty());
  EXPECT_EQ(needs(row("{participant}@{srs_forwarder_domain}", "reaches = \"user-b@{zone}\"\n")),
            std::vector<std::string>{"srs-forwarder"});
  EXPECT_EQ(needs(row("{participant}-plain@{list_domain}", "reaches = \"user-b@{zone}\"\n")),
            std::vector<std::string>{"list"});
}

TEST(Load, KeepsTheFileAsItWasRead) {
  const std::string text =
      "title = \"T\"\n[[step]]\nid = \"1\"\ndo = \"host.run\"\nhost = \"{receiver}\"\nargv = [\"true\"]\ntitle = "
      "\"S\"\n[[expect]]\nstep = \"1\"\nexit = 0\n";
  const auto scenario = parse_scenario(text, "f.toml", "x/y");
  ASSERT_TRUE(scenario.has_value()) << render(scenario.error());
  EXPECT_EQ(scenario->source, text);
  EXPECT_EQ(scenario->name, "x/y");
  EXPECT_EQ(scenario->steps.front().keys.find("host")->text, "{receiver}");
}

TEST(Load, AFileThatIsNotThere) {
  const auto loaded = load_scenario("/nowhere/x.toml", "x");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::usage);
  EXPECT_EQ(loaded.error().where, "/nowhere/x.toml");
}

TEST(Catalogue, TheCourseIsInTheOrderOfItsNumbers) {
  const auto course = find_scenarios({"hands-on"});
  ASSERT_TRUE(course.has_value()) << render(course.error());
  std::vector<std::string> names;
  for (const auto& scenario : *course) names.push_back(scenario.name);
  EXPECT_EQ(join(names, " "),
            "hands-on/0-preparation hands-on/1-before hands-on/2-spf hands-on/3-dkim hands-on/4-dmarc");
  EXPECT_EQ(find_scenarios({"hands-on/4-dmarc"})->size(), 1U);
}

TEST(Catalogue, AnUnknownNameHasItsNearest) {
  const auto found = find_scenarios({"hands-on/4-dmrac"});
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::usage);
  EXPECT_EQ(found.error().hint, "did you mean 'hands-on/4-dmarc'?");
}

TEST(Catalogue, APathIsTakenToo) {
  TemporaryDirectory directory;
  const std::string text =
      "title = \"T\"\n[[step]]\nid = \"1\"\ndo = \"host.run\"\nhost = \"{receiver}\"\nargv = [\"true\"]\ntitle = "
      "\"S\"\n[[expect]]\nstep = \"1\"\nexit = 0\n";
  ASSERT_TRUE(write_file(directory.path() + "/10-b.toml", text));
  const auto found = find_scenarios({directory.path() + "/10-b.toml"});
  ASSERT_TRUE(found.has_value()) << render(found.error());
  EXPECT_EQ(found->front().name, "10-b");
  ASSERT_TRUE(write_file(directory.path() + "/9-a.toml", text));
  const auto clash = find_scenarios({directory.path()});
  ASSERT_FALSE(clash.has_value());
  EXPECT_EQ(clash.error().message, "there is a step '1' already");
  EXPECT_EQ(clash.error().where, directory.path() + "/10-b.toml:3:6");
}

TEST(Reference, NamesEveryVerb) {
  const std::string text = reference();
  for (const auto* kind : step_kinds()) EXPECT_NE(text.find("## " + std::string(kind->verb)), std::string::npos);
}

}  // namespace
}  // namespace labctl::scenario
