#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/house/source_tree.h"

namespace labctl::house {
namespace {

const SourceFile& document(std::string_view path) {
  const auto found = std::ranges::find(source_files(), path, &SourceFile::path);
  if (found == source_files().end()) throw std::runtime_error("no " + std::string(path));
  return *found;
}

bool mentions(const SourceFile& file, std::string_view text) {
  return std::ranges::any_of(file.lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(Documents, ArchitectureHasALineForEachFolder) {
  std::set<std::string> folders;
  for (const auto& file : source_files())
    if (!file.folder().empty()) folders.insert("`labctl/" + std::string(file.folder()) + "`");
  for (const auto& folder : folders)
    EXPECT_TRUE(mentions(document("ARCHITECTURE.md"), "| " + folder + " |")) << "no line for " << folder;
}

TEST(Documents, PathsThatTheyNameAreThere) {
  static const std::regex path("(labctl|tests|scenarios|zones|mail-samples)/[A-Za-z0-9_/.-]*[A-Za-z0-9_]");
  for (const char* name : {"ARCHITECTURE.md", "README.md"}) {
    const auto& file = document(name);
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      for (std::sregex_iterator match(line.begin(), line.end(), path), end; match != end; ++match) {
        const auto before = match->prefix().str();
        if (!before.empty() && (std::isalnum(static_cast<unsigned char>(before.back())) || before.back() == '/'))
          continue;
        EXPECT_TRUE(is_there(match->str())) << at(file, i) << match->str();
      }
    }
  }
}

TEST(Documents, PackagesAreListedOnceAndInOrder) {
  std::set<std::string> seen;
  std::string last;
  for (const auto& line : document("packages.txt").lines) {
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      last.clear();
      continue;
    }
    EXPECT_TRUE(seen.insert(line).second) << line << " stands twice";
    EXPECT_LT(last, line) << "not in order";
    last = line;
  }
  EXPECT_FALSE(seen.empty());
}

}  // namespace
}  // namespace labctl::house
