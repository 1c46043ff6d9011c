#include "labctl/host/root_directory.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace labctl::host {
namespace {

constexpr std::size_t kLargestFile = 256U << 20U;

}  // namespace

FileDescriptor open_in(int root, const std::string& path, std::uint64_t flags, std::uint64_t mode) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return FileDescriptor(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

Result<FileDescriptor> open_root(const std::string& root) {
  FileDescriptor fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return system_error("can't open the host's root", errno, root);
  return fd;
}

Result<std::string> read_all(int fd, std::uint64_t offset, std::string_view path) {
  std::string content;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset + content.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("can't read the file", errno, std::string(path));
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > kLargestFile) return lab_error("the file is too long", std::string(path));
  }
}

std::string parent_of(const std::string& path) { return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)); }
std::string leaf_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace labctl::host
