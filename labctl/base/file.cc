#include "labctl/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "labctl/base/build_info.h"
#include "labctl/base/file_descriptor.h"

namespace labctl {

namespace {

/// All that `read_at`(buffer, size, offset) gives: as read(2), -1 and errno at an error, 0 at the end.
template <class ReadAt>
Result<std::string> read_all(ReadAt read_at, std::size_t limit, const std::string& place) {
  constexpr std::size_t kPiece = 65536;
  std::string content;
  while (true) {
    const std::size_t old_size = content.size();
    content.resize(old_size + kPiece);
    const ssize_t count = read_at(content.data() + old_size, kPiece, old_size);
    content.resize(old_size + static_cast<std::size_t>(count > 0 ? count : 0));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("can't read the file", errno, place);
    if (count == 0) return content;
    if (content.size() > limit) return lab_error(fmt::format("the file is longer than {} bytes", limit), place);
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t offset, std::size_t limit) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error("can't read the file", errno, path);
  return read_all([&](char* buffer, std::size_t size,
                      std::size_t at) { return ::pread(fd.get(), buffer, size, static_cast<off_t>(offset + at)); },
                  limit, path);
}

Result<std::string> read_standard_input(std::size_t limit) {
  return read_all([](char* buffer, std::size_t size, std::size_t) { return ::read(STDIN_FILENO, buffer, size); }, limit,
                  "standard input");
}

Result<void> write_file(const std::string& path, std::string_view content, unsigned mode) {
  const std::string draft = fmt::format("{}.{}.tmp", path, ::getpid());
  FileDescriptor fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (!fd) return system_error("can't write the file", errno, path);
  ::fchmod(fd.get(), static_cast<mode_t>(mode));
  while (!content.empty()) {
    const ssize_t count = ::write(fd.get(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int code = errno;
      ::unlink(draft.c_str());
      return system_error("can't write the file", code, path);
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(draft.c_str());
    return system_error("can't write the file", code, path);
  }
  return {};
}

Result<void> make_directories(const std::string& path, unsigned mode) {
  std::error_code code;
  const std::filesystem::path whole(path);
  std::filesystem::path part;
  for (const auto& piece : whole) {
    part /= piece;
    if (::mkdir(part.c_str(), static_cast<mode_t>(mode)) != 0 && errno != EEXIST && errno != EISDIR)
      return system_error("can't make the directory", errno, part.string());
  }
  if (!std::filesystem::is_directory(whole, code)) return lab_error("is there, but no directory", path);
  return {};
}

std::string data_directory() {
  if (const char* told = std::getenv("LABCTL_DATA_DIR"); told != nullptr && *told != '\0') return told;
  std::error_code code;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
  const auto installed = program.parent_path().parent_path() / "share/labctl";
  if (!code && std::filesystem::is_directory(installed / "scenarios", code)) return installed.string();
  return std::string(source_directory());
}

}  // namespace labctl
