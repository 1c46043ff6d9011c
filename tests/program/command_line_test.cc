#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <set>
#include <string>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/verb.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/program/typed.h"

namespace labctl::cli {
namespace {

using program::type;

TEST(CommandLine, HelpNamesEveryVerb) {
  const auto help = type({"--help"});
  EXPECT_EQ(help.exit_status, 0);
  for (const auto& verb : verbs()) {
    EXPECT_NE(help.out.find("\n  " + std::string(verb.name) + " "), std::string::npos) << verb.name;
    EXPECT_NE(help.out.find(verb.summary), std::string::npos) << verb.name;
  }
}

TEST(CommandLine, EachVerbExplainsItself) {
  std::set<std::string_view> names;
  const Context context;
  for (const auto& verb : verbs()) {
    EXPECT_TRUE(names.insert(verb.name).second) << verb.name << " stands twice in the table";
    EXPECT_FALSE(verb.summary.empty()) << verb.name;
    CLI::App app;
    const auto action = verb.declare(app, context);
    EXPECT_TRUE(action) << verb.name;
    for (const auto* option : app.get_options())
      EXPECT_FALSE(option->get_description().empty()) << verb.name << " " << option->get_name();
    for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
      EXPECT_FALSE(below->get_description().empty()) << verb.name << " " << below->get_name();
  }
}

TEST(CommandLine, AMisspeltVerbIsAnsweredWithTheNearest) {
  const auto answer = type({"--lab", "x", "staus"});
  EXPECT_EQ(answer.exit_status, 2);
  EXPECT_EQ(answer.out, "");
  EXPECT_NE(answer.err.find("did you mean 'labctl status'?"), std::string::npos) << answer.err;
}

TEST(CommandLine, BadUsageIsExitTwoWithAWayOut) {
  struct Case {
    std::vector<std::string> arguments;
    std::string_view says;
  };
  const std::vector<Case> cases{
      {{}, "labctl --help"},
      {{"quite-another-thing"}, "labctl --help"},
      {{"run", "--jobs", "0"}, "labctl run --help"},
      {{"up", "--no-such-flag"}, "labctl up --help"},
      {{"run", "--format", "yaml"}, "labctl run --help"},
      {{"scenario", "check", "hands-no"}, "did you mean 'hands-on'?"},
      {{"--lang", "fr", "status"}, "--lang: fr not in {en,ja}"},
  };
  for (const auto& [arguments, says] : cases) {
    const auto answer = type(arguments);
    EXPECT_EQ(answer.exit_status, 2) << join(arguments, " ");
    EXPECT_TRUE(answer.err.starts_with("labctl: ")) << answer.err;
    EXPECT_NE(answer.err.find(says), std::string::npos) << join(arguments, " ") << ": " << answer.err;
  }
}

TEST(CommandLine, AFileThatIsNoScenarioIsExitTwoWithItsPlace) {
  const fakes::TemporaryDirectory directory;
  const auto file = directory.path() + "/bad.toml";
  ASSERT_TRUE(write_file(file, "title = \"x\"\nsteps = 1\n"));
  const auto answer = type({"scenario", "check", file});
  EXPECT_EQ(answer.exit_status, 2);
  EXPECT_NE(answer.err.find("bad.toml:2:"), std::string::npos) << answer.err;
}

// CI that reads the file afterwards must not find an older run's verdict.
TEST(CommandLine, WhatFailsLeavesItsErrorInTheJsonFile) {
  const fakes::TemporaryDirectory directory;
  const auto file = directory.path() + "/verdict.json";
  ASSERT_TRUE(write_file(file, "{\"outcome\": \"pass\"}"));
  EXPECT_EQ(type({"run", "--jobs", "0", "--json", file}).exit_status, 2);
  EXPECT_EQ(read_file(file).value(), "{\"outcome\": \"pass\"}") << "bad usage changes nothing";
  EXPECT_EQ(type({"--lab", "never-there", "run", "--json", file}).exit_status, 3);
  EXPECT_NE(read_file(file).value().find("\"kind\": \"lab\""), std::string::npos) << read_file(file).value();
}

TEST(CommandLine, VersionIsOneLine) {
  const auto answer = type({"--version"});
  EXPECT_EQ(answer.exit_status, 0);
  EXPECT_TRUE(answer.out.starts_with("labctl ")) << answer.out;
  EXPECT_EQ(lines_of(answer.out).size(), 1U);
}

}  // namespace
}  // namespace labctl::cli
