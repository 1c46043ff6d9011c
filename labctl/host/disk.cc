#include "labctl/host/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "labctl/base/file.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"

namespace labctl::host {
namespace {
namespace fs = std::filesystem;

/// Copies only the parts that hold data.
Result<void> copy_sparse(const std::string& from, const std::string& to) {
  const FileDescriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return system_error("can't read the file", errno, from);
  const FileDescriptor out(::open(to.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out) return system_error("can't write the file", errno, to);
  struct stat info{};
  if (::fstat(in.get(), &info) != 0 || ::ftruncate(out.get(), info.st_size) != 0)
    return system_error("can't size the file", errno, to);
  off_t at = 0;
  while ((at = ::lseek(in.get(), at, SEEK_DATA)) >= 0) {
    const off_t end = ::lseek(in.get(), at, SEEK_HOLE);
    off_t target = at;
    while (at < end) {
      const ssize_t count = ::copy_file_range(in.get(), &at, out.get(), &target, static_cast<size_t>(end - at), 0);
      if (count <= 0) return system_error("can't copy the file", errno, to, "is the disk full? df -h /var/lib/labctl");
    }
  }
  return {};
}

/// A loop device over a file. Autoclear frees it with its last user, so it is kept open until it is mounted.
struct Loop {
  std::string device;
  FileDescriptor open;
};

Result<Loop> attach_loop(const std::string& file) {
  const FileDescriptor control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  const FileDescriptor backing(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!control) return system_error("can't open the loop device control", errno, "/dev/loop-control", "labctl doctor");
  if (!backing) return system_error("can't open the disk file", errno, file);
  // Another process may take the device that was free a moment ago.
  for (int attempt = 0; attempt < 64; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return system_error("no free loop device", errno, "/dev/loop-control");
    std::string device = fmt::format("/dev/loop{}", number);
    FileDescriptor loop(::open(device.c_str(), O_RDWR | O_CLOEXEC));
    if (!loop) return system_error("can't open the loop device", errno, device);
    loop_config config{};
    config.fd = static_cast<__u32>(backing.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (::ioctl(loop.get(), LOOP_CONFIGURE, &config) == 0) return Loop{std::move(device), std::move(loop)};
    if (errno != EBUSY) return system_error("can't set up the loop device", errno, device);
  }
  return lab_error("no loop device stayed free long enough", "/dev/loop-control");
}

}  // namespace

Result<void> make_disk_template(const std::string& file, std::uint64_t bytes) {
  const std::string draft = file + ".draft";
  {
    const FileDescriptor fd(::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0) return system_error("can't write", errno, draft);
  }
  // No journal: a host's disk never outlives its lab.
  LABCTL_TRY(run_checked({.argv = {"mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-m", "0", "-E",
                                   "lazy_itable_init=1,nodiscard", draft}}));
  if (::rename(draft.c_str(), file.c_str()) != 0) return system_error("can't rename", errno, draft);
  return {};
}

Result<void> mount_root(const HostPlaces& places, const std::string& image_root, const std::string& template_file) {
  LABCTL_TRY(make_directories(fs::path(places.disk_file).parent_path().string(), 0700));
  LABCTL_TRY(make_directories(places.disk, 0700));
  LABCTL_TRY(make_directories(places.root, 0755));
  LABCTL_TRY(copy_sparse(template_file, places.disk_file));
  LABCTL_ASSIGN(const Loop loop, attach_loop(places.disk_file));
  if (::mount(loop.device.c_str(), places.disk.c_str(), "ext4", MS_NOATIME | MS_NODEV, nullptr) != 0)
    return system_error("can't mount the host's disk", errno, places.disk);
  LABCTL_TRY(make_directories(places.disk + "/upper"));
  LABCTL_TRY(make_directories(places.disk + "/work"));
  const std::string options =
      fmt::format("lowerdir={0},upperdir={1}/upper,workdir={1}/work,volatile", image_root, places.disk);
  if (::mount("overlay", places.root.c_str(), "overlay", MS_NODEV, options.c_str()) != 0)
    return system_error("can't mount the host's root", errno, places.root);
  return {};
}

Result<void> unmount_below(const std::string& directory) {
  LABCTL_ASSIGN(const auto mounts, read_file("/proc/self/mountinfo"));
  std::vector<std::string> points;
  for (const auto& line : lines_of(mounts)) {
    // proc(5): the mount point is the fifth field.
    const auto fields = split(line, ' ');
    if (fields.size() > 4 && (fields[4] == directory || fields[4].starts_with(directory + "/")))
      points.push_back(fields[4]);
  }
  // The last mounted first.
  for (auto point = points.rbegin(); point != points.rend(); ++point)
    if (::umount2(point->c_str(), MNT_DETACH) != 0 && errno != EINVAL && errno != ENOENT)
      return system_error("can't unmount", errno, *point);
  return {};
}

Result<void> unmount_root(const HostPlaces& places) {
  LABCTL_TRY(unmount_below(places.directory));
  if (::unlink(places.disk_file.c_str()) != 0 && errno != ENOENT)
    return system_error("can't remove the host's disk", errno, places.disk_file);
  return {};
}

}  // namespace labctl::host
