#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "labctl/base/error.h"
#include "labctl/host/host.h"

namespace labctl::host {

/// Reads and writes below a host's root directory as if it were the root: no symlink or ".." made by someone inside
/// leads out (openat2 with RESOLVE_IN_ROOT).
/// @param root "/run/labctl/…/root" before the boot, "/proc/PID/root" after it.
/// @param age how long ago regular files are to have been changed: some daemons wait until their configuration has been
/// left alone for a while
Result<void> put_files(const std::string& root, std::span<const File> files,
                       std::chrono::seconds age = std::chrono::seconds::zero());
Result<std::string> get_file(const std::string& root, std::string_view path, std::uint64_t offset);

}  // namespace labctl::host
