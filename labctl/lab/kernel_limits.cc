#include "labctl/lab/kernel_limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include "labctl/base/file.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"
#include "labctl/host/places.h"
#include "labctl/lab/lab.h"

namespace labctl::lab {
namespace {

constexpr const char* kInotify = "/proc/sys/fs/inotify/max_user_instances";

std::string saved_file() { return fmt::format("{}/inotify.max_user_instances", host::kStateRoot); }

Result<void> set(std::string_view value) {
  std::ofstream out(kInotify);
  out << value << std::flush;
  if (!out) return lab_error("can't set fs.inotify.max_user_instances", kInotify, "labctl needs root");
  return {};
}

/// Held while the limit is looked at and set: the last lab that goes must not take it from one that comes.
Result<FileDescriptor> lock_limits() {
  LABCTL_TRY(make_directories(host::kStateRoot));
  FileDescriptor fd(::open(host::kStateRoot, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::flock(fd.get(), LOCK_EX) != 0) return system_error("can't lock the directory", errno, host::kStateRoot);
  return fd;
}

}  // namespace

Result<void> raise_kernel_limits() {
  LABCTL_ASSIGN(const auto lock, lock_limits());
  LABCTL_ASSIGN(const auto text, read_file(kInotify));
  int now = 0;
  const auto value = trim(text);
  std::from_chars(value.data(), value.data() + value.size(), now);
  if (now >= kInotifyInstances) return {};
  if (::access(saved_file().c_str(), F_OK) != 0) LABCTL_TRY(write_file(saved_file(), text));
  return set(std::to_string(kInotifyInstances));
}

Result<void> restore_kernel_limits() {
  LABCTL_ASSIGN(const auto lock, lock_limits());
  if (!labs().empty()) return {};
  const auto saved = read_file(saved_file());
  if (!saved) return {};
  LABCTL_TRY(set(trim(*saved)));
  ::unlink(saved_file().c_str());
  return {};
}

}  // namespace labctl::lab
