#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"

namespace labctl::host {

/// One of the files that stood at a watched path.
struct StoodFile {
  /// The name that it had in the same directory before it was put there; the path's own when it was there at the
  /// beginning or was made there; empty when it came from another directory.
  std::string from;
  /// What it holds, though it may have no name any more; nothing when it had gone before it could be opened.
  std::optional<std::string> content;
  bool is_roots = false;  ///< its owner is root; false also when it could not be opened
};

/// Keeps hold of each file that is put at one path of a host, so that what one of them held isn't lost when another
/// takes its place.
class FileWatch {
 public:
  virtual ~FileWatch() = default;
  /// Those that have stood there since the watch began, oldest first; the last one stands there now, unless the path is
  /// free. Errors: `lab` when more happened in the directory than could be noted.
  virtual Result<std::vector<StoodFile>> stood() = 0;
};

/// Begins to watch the path, in a thread of its own. It opens what is in the directory, and what comes there as soon as
/// the kernel tells of it (inotify(7)): so an editor's draft is held long before it is moved to the path.
/// @param root as of put_files
Result<std::unique_ptr<FileWatch>> watch_file(const std::string& root, std::string_view path);

}  // namespace labctl::host
