#include "tests/house/source_tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>

#include "labctl/base/build_info.h"

namespace labctl::house {
namespace {
namespace fs = std::filesystem;

const fs::path kTop = source_directory();

// What stands at the top and is read; a build may put its own folder beside it under any name.
constexpr std::array kFolders{"labctl", "scenarios", "zones", "mail-samples", "tests", ".ci"};
constexpr std::array kFiles{"CMakeLists.txt", "CMakePresets.json", "Vagrantfile",   "README.md",  "ARCHITECTURE.md",
                            "bootstrap",      "packages.txt",      ".clang-format", ".clang-tidy"};

SourceFile read(const fs::path& path) {
  SourceFile file{.path = path.lexically_relative(kTop).generic_string(), .lines = {}};
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

std::vector<SourceFile> read_all() {
  std::vector<SourceFile> files;
  for (const char* name : kFiles)
    if (fs::is_regular_file(kTop / name)) files.push_back(read(kTop / name));
  for (const char* folder : kFolders) {
    if (!fs::is_directory(kTop / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kTop / folder)) {
      const bool corpus = entry.path().lexically_relative(kTop / "tests/corpus").generic_string().front() != '.';
      if (entry.is_regular_file() && !corpus) files.push_back(read(entry.path()));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace

std::string_view SourceFile::folder() const {
  std::string_view rest = path;
  if (!rest.starts_with("labctl/")) return {};
  rest.remove_prefix(std::string_view("labctl/").size());
  const auto slash = rest.find('/');
  return slash == std::string_view::npos ? std::string_view{} : rest.substr(0, slash);
}

const std::vector<SourceFile>& source_files() {
  static const auto files = read_all();
  return files;
}

std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::vector<Include> includes;
  for (const auto& line : file.lines)
    if (std::smatch match; std::regex_match(line, match, form))
      includes.push_back({.name = match[2].str(), .angled = match[1].str() == "<"});
  return includes;
}

bool is_there(std::string_view path) { return fs::exists(kTop / path); }

std::string at(const SourceFile& file, std::size_t line_index) {
  return file.path + ":" + std::to_string(line_index + 1) + ": ";
}

}  // namespace labctl::house
