#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "labctl/base/error.h"
#include "labctl/base/file_descriptor.h"

namespace labctl::host {

/// The directory that is a host's root; errors: `lab` when it isn't there.
Result<FileDescriptor> open_root(const std::string& root);
/// Opens `path` as if `root` were the root: no symlink or ".." made by someone inside leads out (openat2(2) with
/// RESOLVE_IN_ROOT). Empty, with errno, when it can't.
FileDescriptor open_in(int root, const std::string& path, std::uint64_t flags, std::uint64_t mode = 0);
/// What the file holds from `offset` on, 256 MiB at most. @param path for the error
Result<std::string> read_all(int fd, std::uint64_t offset, std::string_view path);

std::string parent_of(const std::string& path);
std::string leaf_of(const std::string& path);

}  // namespace labctl::host
