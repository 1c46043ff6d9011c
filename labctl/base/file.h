#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "labctl/base/error.h"

namespace labctl {

/// The whole file from `offset` bytes on, at most `limit` bytes (more is an error).
Result<std::string> read_file(const std::string& path, std::uint64_t offset = 0, std::size_t limit = 64U << 20U);
/// Everything up to the end of standard input, at most `limit` bytes (more is an error).
Result<std::string> read_standard_input(std::size_t limit = 64U << 20U);
/// Writes a new file beside `path` and renames it over `path`.
Result<void> write_file(const std::string& path, std::string_view content, unsigned mode = 0644);
/// mkdir -p.
Result<void> make_directories(const std::string& path, unsigned mode = 0755);

/// Where labctl's data (scenarios/, zones/, mail-samples/) is: $LABCTL_DATA_DIR, else share/labctl beside the
/// program's prefix, else the source tree that it was built from.
std::string data_directory();

}  // namespace labctl
