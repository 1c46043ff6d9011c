#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace labctl::house {

/// A text file of the repository.
struct SourceFile {
  std::string path;                ///< below the top, with '/': "labctl/base/text.cc"
  std::vector<std::string> lines;  ///< without line ends

  [[nodiscard]] bool is_cpp() const { return path.ends_with(".cc") || path.ends_with(".h"); }
  [[nodiscard]] bool is_header() const { return path.ends_with(".h"); }
  /// "base" for labctl/base/text.cc; empty outside labctl/<folder>/.
  [[nodiscard]] std::string_view folder() const;
};

/// One `#include` line.
struct Include {
  std::string name;  ///< "labctl/base/text.h", "fmt/format.h"
  bool angled = false;
};

/// Every text file that the project's people write, in order of path; not what a build makes, nor the corpora, which
/// are bad on purpose.
const std::vector<SourceFile>& source_files();
std::vector<Include> includes_of(const SourceFile& file);
/// Whether `path`, below the top, is a file or folder.
bool is_there(std::string_view path);

/// "labctl/base/text.cc:12: " for a message that an editor can jump to.
std::string at(const SourceFile& file, std::size_t line_index);

}  // namespace labctl::house
