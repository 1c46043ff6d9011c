#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/text.h"
#include "tests/house/source_tree.h"

namespace labctl::house {
namespace {

constexpr std::size_t kLongLines = 400;     // more needs a reason
constexpr std::size_t kTooManyLines = 600;  // no reason is good enough

/// Each match of `pattern` in the C++ files below `below`, as "file:line: text"; empty when the rule is kept.
std::vector<std::string> found(const std::string& pattern, std::string_view below, std::string_view but_for = {}) {
  const std::regex form(pattern);
  std::vector<std::string> matches;
  for (const auto& file : source_files()) {
    if (!file.path.starts_with(below) || (!but_for.empty() && file.path.starts_with(but_for))) continue;
    if (file.path.starts_with("tests/house/") || !file.is_cpp()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (std::regex_search(file.lines[i], form)) matches.push_back(at(file, i) + file.lines[i]);
  }
  return matches;
}

using Matches = std::vector<std::string>;

/// A line without its comment, near enough.
std::string code_of(const std::string& line) { return line.substr(0, line.find("//")); }

TEST(Form, FilesAreShort) {
  for (const auto& file : source_files()) {
    if (!file.is_cpp() && file.path != "bootstrap") continue;
    EXPECT_LE(file.lines.size(), kTooManyLines) << file.path << ": split it";
    EXPECT_TRUE(file.lines.size() <= kLongLines || file.lines.front().starts_with("// Over 400 lines: "))
        << file.path << " has " << file.lines.size() << " lines: split it, or say why in its first line";
  }
}

TEST(Form, FilesAreNamedInSnakeCase) {
  static const std::regex form("([a-z0-9]+_)*[a-z0-9]+\\.(cc|h)");
  for (const auto& file : source_files()) {
    const auto name = file.path.substr(file.path.rfind('/') + 1);
    EXPECT_TRUE(!file.is_cpp() || std::regex_match(name, form)) << file.path;
  }
}

TEST(Form, EachHeaderIsGuardedOnce) {
  for (const auto& file : source_files()) {
    if (!file.is_cpp()) continue;
    const auto guards = std::ranges::count(file.lines, "#pragma once");
    EXPECT_EQ(guards, file.is_header() ? 1 : 0) << file.path;
  }
}

TEST(Form, TestsMirrorTheTree) {
  for (const auto& file : source_files()) {
    if (!file.path.starts_with("tests/unit/") || !file.path.ends_with("_test.cc")) continue;
    const std::string_view folder = std::string_view(file.path).substr(std::string_view("tests/unit/").size());
    EXPECT_TRUE(is_there("labctl/" + std::string(folder.substr(0, folder.find('/'))))) << file.path;
  }
}

// <case>.<exit>.<format>: what the program would end with, and in which words.
TEST(Form, GoldenFilesSayWhatTheyAre) {
  static const std::regex form("tests/golden/([a-z_]+/)+[a-z0-9_]+\\.(0|1|2|3|130)\\.[a-z]+");
  for (const auto& file : source_files())
    EXPECT_TRUE(!file.path.starts_with("tests/golden/") || std::regex_match(file.path, form)) << file.path;
}

// A header that lacks an include of its own is found where it stands first.
TEST(Form, AFileNamesItsOwnHeaderFirst) {
  for (const auto& file : source_files()) {
    if (!file.path.ends_with(".cc") || file.path.ends_with("_test.cc")) continue;
    const std::string own = file.path.substr(0, file.path.size() - 2) + "h";
    if (!is_there(own)) continue;
    const auto includes = includes_of(file);
    EXPECT_TRUE(!includes.empty() && includes.front().name == own) << file.path;
  }
}

// Ordinary failure is a value; an exception ends in the file that it began in.
TEST(Form, NoExceptionLeavesAFile) {
  static const std::regex thrown("(^|[^A-Za-z_])throw\\b");
  static const std::regex caught("\\bcatch \\(const ");
  const auto has = [](const SourceFile& file, const std::regex& form) {
    return std::ranges::any_of(file.lines,
                               [&](const std::string& line) { return std::regex_search(code_of(line), form); });
  };
  for (const auto& file : source_files()) {
    if (!file.path.starts_with("labctl/") || !file.is_cpp()) continue;
    EXPECT_TRUE(!has(file, thrown) || has(file, caught)) << file.path << " throws and does not catch";
  }
}

// A reader, and a search, find each rule by its section: "RFC 8601 section 2.2".
TEST(Form, ProtocolRulesCiteTheirSource) {
  static const std::regex mention("\\bRFC[-_ ]?[0-9]+|\\brfc[- ][0-9]+");
  static const std::regex good_mention("^RFC [1-9][0-9]{0,4}$");
  static const std::regex place("\\bRFC [0-9]+[ ,(]*(§|[Ss]ec|[Cc]hapter|[Aa]ppendix).*");
  static const std::regex good_place("^RFC [0-9]+ sections? [0-9A-Z].*");
  for (const auto& file : source_files()) {
    if (!file.is_cpp() || file.path.starts_with("tests/house/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      for (std::sregex_iterator match(line.begin(), line.end(), mention), end; match != end; ++match)
        EXPECT_TRUE(std::regex_match(match->str(), good_mention)) << at(file, i) << line;
      std::smatch match;
      EXPECT_TRUE(!std::regex_search(line, match, place) || std::regex_match(match.str(), good_place))
          << at(file, i) << "cite as 'RFC 8601 section 2.2': " << line;
    }
  }
}

TEST(Form, NothingSleepsOutsideTheClock) {
  EXPECT_EQ(found("\\bsleep_(for|until)\\b|\\b(u|nano|clock_nano)?sleep\\s*\\(", "labctl/", "labctl/base/"), Matches{});
  EXPECT_EQ(found("\\bsleep_(for|until)\\b|\\b(u|nano|clock_nano)?sleep\\s*\\(", "tests/"), Matches{});
}

TEST(Form, NoShellStringIsBuilt) {
  EXPECT_EQ(found("(^|[^_.>a-z])(std::)?(system|popen)\\s*\\(", "labctl/"), Matches{});
}

TEST(Form, FormattingIsFmts) { EXPECT_EQ(found("#include <(format|iostream)>|std::format\\b", "labctl/"), Matches{}); }

TEST(Form, HeadersOpenNoNamespace) {
  for (const auto& file : source_files()) {
    if (!file.is_header()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      EXPECT_FALSE(file.lines[i].starts_with("using namespace")) << at(file, i) << file.lines[i];
  }
}

TEST(Form, NothingIsLeftForLater) { EXPECT_EQ(found("\\b(TODO|FIXME|HACK)\\b", ""), Matches{}); }

TEST(Form, PublicTypesSayWhatTheyAreFor) {
  static const std::regex type("^(struct|class|enum class) [A-Za-z]+[^;]*$");
  for (const auto& file : source_files()) {
    if (!file.is_header() || file.folder().empty()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!std::regex_match(file.lines[i], type)) continue;
      auto above = i;
      while (above > 0 && file.lines[above - 1].starts_with("template")) --above;
      EXPECT_TRUE(above > 0 && file.lines[above - 1].starts_with("///")) << at(file, i) << file.lines[i];
    }
  }
}

// A repository works wherever it is cloned.
TEST(Form, NoPathOfOneMachine) {
  static const std::regex path("(^|[^A-Za-z0-9_.}/-])/(work|farm|Users|home/[a-z]+)/|\\.\\./shared");
  for (const auto& file : source_files()) {
    if (file.path.starts_with("tests/house/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      EXPECT_FALSE(std::regex_search(file.lines[i], path)) << at(file, i) << file.lines[i];
  }
}

TEST(Form, TextIsClean) {
  for (const auto& file : source_files()) {
    if (file.path.starts_with("mail-samples/")) continue;  // a message has a charset of its own
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      EXPECT_TRUE(is_utf8(line)) << at(file, i) << "not UTF-8";
      EXPECT_EQ(line.find_first_of("\r\v\f\a\b\x1b"), std::string::npos) << at(file, i) << "a control character";
      EXPECT_EQ(line.find("\xef\xbb\xbf"), std::string::npos) << at(file, i) << "a byte order mark";
      EXPECT_FALSE(line.ends_with(' ')) << at(file, i) << "blanks at the end";

      EXPECT_TRUE(!file.is_cpp() || line.find('\t') == std::string::npos || file.path.ends_with("_test.cc"))
          << at(file, i) << "a tab";
    }
  }
}

}  // namespace
}  // namespace labctl::house
