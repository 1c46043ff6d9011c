#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "labctl/base/text.h"
#include "tests/house/source_tree.h"

namespace labctl::house {
namespace {

using Folders = std::set<std::string_view>;

/// The dependency picture of ARCHITECTURE.md: what each folder of labctl/ may include, beside itself. Those before it
/// only, so that no circle can be written down.
const std::map<std::string_view, Folders>& allowed() {
  static const std::map<std::string_view, Folders> table{
      {"base", {}},
      {"topology", {"base"}},
      {"config", {"base", "topology"}},
      {"host", {"base"}},
      {"dns", {"base"}},
      {"mail", {"base"}},
      {"dkim", {"base", "mail"}},
      {"evaluate", {"base", "dns", "mail"}},
      {"lint", {"base", "dns", "mail", "evaluate"}},
      {"explain", {"base", "mail", "evaluate"}},
      {"service", {"base", "topology", "host"}},
      {"evidence", {"base", "dns", "mail"}},
      {"stack", {"base", "topology", "host", "service", "evidence"}},
      {"lab", {"base", "topology", "host", "dns", "mail", "service", "evidence", "stack"}},
      {"scenario", {"base", "topology", "config", "dns", "mail", "dkim", "evaluate", "evidence", "lab"}},
      {"report", {"base", "topology", "evidence", "mail", "scenario"}},
      {"cli",
       {"base", "topology", "config", "host", "dns", "mail", "evaluate", "lint", "explain", "evidence", "lab",
        "scenario", "report"}},
  };
  return table;
}

struct ThirdParty {
  std::string_view prefix;
  std::string_view folder;  ///< the only one that names it; "*": everywhere
};
constexpr std::array kThirdParty{
    ThirdParty{"fmt/", "*"},           ThirdParty{"nlohmann/", "base"}, ThirdParty{"CLI/", "cli"},
    ThirdParty{"toml++/", "config"},   ThirdParty{"curl/", "mail"},     ThirdParty{"libssh2", "host"},
    ThirdParty{"ldns/", "dns"},        ThirdParty{"libknot/", "dns"},   ThirdParty{"libzscanner/", "dns"},
    ThirdParty{"openssl/", "service"}, ThirdParty{"openssl/", "dkim"},  ThirdParty{"libpsl", "evaluate"}};

/// The C library and the kernel.
bool is_system_header(std::string_view name) {
  constexpr std::array kFolders{"sys/", "net/", "netinet/", "arpa/", "linux/", "bits/"};
  constexpr std::array kHeaders{"crypt.h",  "dirent.h",  "fcntl.h",  "fnmatch.h", "grp.h",    "ifaddrs.h",
                                "netdb.h",  "poll.h",    "pwd.h",    "sched.h",   "signal.h", "spawn.h",
                                "stdlib.h", "termios.h", "unistd.h", "glob.h"};
  return name.find('.') == std::string_view::npos ||
         std::ranges::any_of(kFolders, [&](std::string_view folder) { return name.starts_with(folder); }) ||
         std::ranges::find(kHeaders, name) != kHeaders.end();
}

std::string_view folder_of_include(std::string_view name) {
  name.remove_prefix(std::string_view("labctl/").size());
  return name.substr(0, name.find('/'));
}

TEST(Layering, EachFolderIncludesOnlyWhatStandsBelowIt) {
  for (const auto& file : source_files()) {
    if (!file.is_cpp() || file.folder().empty()) continue;
    const auto row = allowed().find(file.folder());
    ASSERT_NE(row, allowed().end()) << file.path << ": the folder has no row in tests/house/layering_test.cc";
    for (const auto& include : includes_of(file)) {
      if (!include.name.starts_with("labctl/")) continue;
      const auto folder = folder_of_include(include.name);
      EXPECT_TRUE(folder == file.folder() || row->second.contains(folder))
          << file.path << " includes " << include.name << ": " << file.folder() << " must not see " << folder;
    }
  }
}

TEST(Layering, TheTableHasNoCircle) {
  for (const auto& [folder, seen] : allowed())
    for (const auto below : seen) EXPECT_FALSE(allowed().at(below).contains(folder)) << folder << " and " << below;
}

TEST(Layering, ArchitectureSaysTheSame) {
  const auto document = std::ranges::find(source_files(), "ARCHITECTURE.md", &SourceFile::path);
  ASSERT_NE(document, source_files().end());
  for (const auto& [folder, seen] : allowed()) {
    if (!is_there("labctl/" + std::string(folder))) continue;  // a place that is kept for later
    std::string names;
    for (const auto& [below, row] : allowed())
      if (seen.contains(below) && is_there("labctl/" + std::string(below))) names += std::string(below) + " ";
    const auto head =
        "| `labctl/" + std::string(folder) + "` | " + (names.empty() ? "-" : std::string(trim(names))) + " | ";
    EXPECT_TRUE(std::ranges::any_of(document->lines, [&](const std::string& line) { return line.starts_with(head); }))
        << "ARCHITECTURE.md lacks the row: " << head << "...";
  }
}

TEST(Layering, StepsAndExpectationsSeeTheLabOnlyThroughItsPorts) {
  for (const auto& file : source_files()) {
    if (!file.path.starts_with("labctl/scenario/steps/") && !file.path.starts_with("labctl/scenario/expectations/"))
      continue;
    for (const auto& include : includes_of(file)) {
      EXPECT_TRUE(!include.name.starts_with("labctl/lab/") || include.name == "labctl/lab/ports.h")
          << file.path << " includes " << include.name;
    }
  }
}

TEST(Layering, EachThirdPartyHeaderIsNamedInOneFolder) {
  for (const auto& file : source_files()) {
    if (!file.is_cpp() || file.folder().empty()) continue;
    for (const auto& include : includes_of(file)) {
      if (!include.angled || is_system_header(include.name)) continue;
      const auto is_of = [&](const ThirdParty& party) { return include.name.starts_with(party.prefix); };
      const auto is_here = [&](const ThirdParty& party) { return is_of(party) && party.folder == file.folder(); };
      const auto* own = std::ranges::find_if(kThirdParty, is_here);
      const auto* row = own != kThirdParty.end() ? own : std::ranges::find_if(kThirdParty, is_of);
      if (row == kThirdParty.end()) {
        ADD_FAILURE() << file.path << " includes <" << include.name
                      << ">, which no row of tests/house/layering_test.cc gives to a folder";
        continue;
      }
      EXPECT_TRUE(row->folder == "*" || row->folder == file.folder())
          << file.path << " includes <" << include.name << ">, which only " << row->folder << " may";
    }
  }
}

TEST(Layering, TheProductNamesNoTest) {
  for (const auto& file : source_files()) {
    if (!file.path.starts_with("labctl/") || !file.is_cpp()) continue;
    for (const auto& include : includes_of(file))
      EXPECT_FALSE(include.name.starts_with("tests/") || include.name.starts_with("gtest/") ||
                   include.name.starts_with("gmock/"))
          << file.path << " includes " << include.name;
  }
}

TEST(Layering, OwnHeadersAreNamedFromTheTop) {
  for (const auto& file : source_files()) {
    if (!file.is_cpp()) continue;
    for (const auto& include : includes_of(file)) {
      if (include.angled || include.name.ends_with("/embedded_files.h")) continue;  // that one is generated
      EXPECT_TRUE((include.name.starts_with("labctl/") || include.name.starts_with("tests/")) && is_there(include.name))
          << file.path << " includes \"" << include.name << "\"";
    }
  }
}

}  // namespace
}  // namespace labctl::house
