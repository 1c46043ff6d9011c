#include "labctl/host/host_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <optional>

#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"
#include "labctl/host/root_directory.h"

namespace labctl::host {
namespace {

/// Numeric ids of the names in the host's own /etc/passwd or /etc/group.
class Ids {
 public:
  Ids(int root, const char* file) {
    const auto fd = open_in(root, file, O_RDONLY);
    const auto text = fd ? read_all(fd.get(), 0, file) : Result<std::string>("");
    for (const auto& line : lines_of(text.value_or(""))) {
      const auto fields = split(line, ':');
      unsigned id = 0;
      if (fields.size() > 2 &&
          std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), id).ec == std::errc())
        ids_.emplace(fields[0], id);
    }
  }
  [[nodiscard]] std::optional<unsigned> find(const std::string& name) const {
    const auto found = ids_.find(name);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, unsigned> ids_;
};

/// The directory, made with its parents where missing (root, 0755).
Result<FileDescriptor> directory_in(int root, const std::string& path) {
  if (auto fd = open_in(root, path, O_PATH | O_DIRECTORY)) return fd;
  if (errno != ENOENT || path == "/") return system_error("can't open the directory", errno, path);
  LABCTL_ASSIGN(const auto parent, directory_in(root, parent_of(path)));
  if (::mkdirat(parent.get(), leaf_of(path).c_str(), 0755) != 0 && errno != EEXIST)
    return system_error("can't make the directory", errno, path);
  auto fd = open_in(root, path, O_PATH | O_DIRECTORY);
  if (!fd) return system_error("can't open the directory", errno, path);
  return fd;
}

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("can't write the file", errno, path);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// True when the file was changed `age` ago.
bool make_older(int fd, std::chrono::seconds age) {
  if (age == std::chrono::seconds::zero()) return true;
  timespec changed{};
  ::clock_gettime(CLOCK_REALTIME, &changed);
  changed.tv_sec -= age.count();
  const std::array times{changed, changed};
  return ::futimens(fd, times.data()) == 0;
}

Result<void> put_one(int root, const File& file, unsigned uid, unsigned gid, std::chrono::seconds age) {
  LABCTL_ASSIGN(const auto parent, directory_in(root, parent_of(file.path)));
  const std::string leaf = leaf_of(file.path);
  if (file.kind == File::Kind::directory) {
    if (::mkdirat(parent.get(), leaf.c_str(), 0700) != 0 && errno != EEXIST)
      return system_error("can't make the directory", errno, file.path);
    const auto fd = open_in(root, file.path, O_RDONLY | O_DIRECTORY);
    if (!fd || ::fchown(fd.get(), uid, gid) != 0 || ::fchmod(fd.get(), file.mode) != 0)
      return system_error("can't set the directory's owner", errno, file.path);
    return {};
  }
  const std::string draft = leaf + ".labctl-new";
  ::unlinkat(parent.get(), draft.c_str(), 0);
  if (file.kind == File::Kind::symlink) {
    if (::symlinkat(file.content.c_str(), parent.get(), draft.c_str()) != 0)
      return system_error("can't make the symlink", errno, file.path);
  } else {
    const FileDescriptor fd(
        ::openat(parent.get(), draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return system_error("can't write the file", errno, file.path);
    LABCTL_TRY(write_all(fd.get(), file.content, file.path));
    if (::fchown(fd.get(), uid, gid) != 0 || ::fchmod(fd.get(), file.mode) != 0)
      return system_error("can't set the file's owner", errno, file.path);
    if (!make_older(fd.get(), age)) return system_error("can't set the file's time", errno, file.path);
  }
  if (::renameat(parent.get(), draft.c_str(), parent.get(), leaf.c_str()) != 0)
    return system_error("can't write the file", errno, file.path);
  return {};
}

}  // namespace

Result<void> put_files(const std::string& root, std::span<const File> files, std::chrono::seconds age) {
  LABCTL_ASSIGN(const auto fd, open_root(root));
  std::optional<Ids> users;
  std::optional<Ids> groups;
  for (const auto& file : files) {
    // Files may bring their own passwd and group: looked up anew once those are written.
    if (!users) users.emplace(fd.get(), "/etc/passwd");
    if (!groups) groups.emplace(fd.get(), "/etc/group");
    const auto uid = users->find(file.owner);
    const auto gid = groups->find(file.group);
    if (!uid || !gid)
      return lab_error(fmt::format("the host has no user '{}' or no group '{}'", file.owner, file.group), file.path,
                       "is the base image complete?");
    LABCTL_TRY(put_one(fd.get(), file, *uid, *gid, age));
    if (file.path == "/etc/passwd") users.reset();
    if (file.path == "/etc/group") groups.reset();
  }
  return {};
}

Result<std::string> get_file(const std::string& root, std::string_view path, std::uint64_t offset) {
  LABCTL_ASSIGN(const auto fd, open_root(root));
  const auto file = open_in(fd.get(), std::string(path), O_RDONLY | O_NONBLOCK);
  if (!file) return system_error("can't read the file", errno, std::string(path));
  struct stat info{};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return lab_error("is no regular file", std::string(path));
  return read_all(file.get(), offset, path);
}

}  // namespace labctl::host
