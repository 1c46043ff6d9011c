#include "labctl/lab/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/host/places.h"

namespace labctl::lab {
namespace {

// Others hold the lab's lock for milliseconds while they take a participant's.
constexpr Milliseconds kPatience{3000};

std::string lab_file(const std::string& lab) { return fmt::format("{}/{}.lock", host::kStateRoot, lab); }
std::string whole(const std::string& lab) { return fmt::format("lab '{}'", lab); }
std::string one_of(const std::string& lab, const std::string& participant) {
  return fmt::format("participant {} of lab '{}'", participant, lab);
}

std::string own_command_line() {
  auto text = read_file("/proc/self/cmdline").value_or("labctl");
  std::ranges::replace(text, '\0', ' ');
  return printable(trim(text));
}

Result<Lock> lock(const std::string& path, std::string_view what) {
  LABCTL_TRY(make_directories(host::kStateRoot));
  while (true) {
    FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) return system_error("can't open the lock", errno, path, "labctl needs root");
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      const auto holder = read_file(path).value_or("");
      return lab_error(
          fmt::format("{} is being changed by {}", what, holder.empty() ? "another labctl" : printable(trim(holder))),
          {}, "wait until it has ended, or end it");
    }
    // The last holder may have removed the file between open and flock: then this lock guards nothing.
    struct stat mine{};
    struct stat there{};
    if (::fstat(fd.get(), &mine) != 0 || ::stat(path.c_str(), &there) != 0 || mine.st_ino != there.st_ino) continue;
    const std::string holder =
        fmt::format("'{}' (process {}, since {})\n", own_command_line(), ::getpid(), rfc3339(real_clock().wall()));
    if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), holder.data(), holder.size(), 0) < 0)
      return system_error("can't write the lock", errno, path);
    return Lock(path, std::move(fd));
  }
}

}  // namespace

Lock::~Lock() {
  if (fd_) ::unlink(path_.c_str());
}

Result<Lock> lock_lab(const std::string& lab) {
  LABCTL_ASSIGN(auto own, lock(lab_file(lab), whole(lab)));
  // Nobody can begin with a participant while this lock is held: it is enough that nobody is at it now. What a killed
  // labctl left is removed when it is given back.
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(host::kStateRoot, code)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(lab + ".") || !name.ends_with(".lock") || entry.path() == lab_file(lab)) continue;
    const auto id = name.substr(lab.size() + 1, name.size() - lab.size() - std::string_view("..lock").size());
    LABCTL_TRY(lock(entry.path().string(), one_of(lab, id)));
  }
  return own;
}

Result<std::vector<Lock>> lock_participants(const std::string& lab, std::vector<std::string> participants) {
  // Held for as long as it takes to get the others; an `up` or `down` keeps it for longer.
  std::optional<Lock> all;
  Error held;
  static_cast<void>(wait_until(real_clock(), {.total = kPatience}, "the lab's lock", [&]() -> Result<bool> {
    auto one = lock(lab_file(lab), whole(lab));
    if (!one) {
      held = std::move(one).error();
      return false;
    }
    all = std::move(*one);
    return true;
  }));
  if (!all) return std::unexpected(std::move(held));
  // Always in the same order: two that want several never block each other half-way.
  std::ranges::sort(participants);
  std::vector<Lock> locks;
  for (const auto& participant : participants) {
    LABCTL_ASSIGN(auto one,
                  lock(fmt::format("{}/{}.{}.lock", host::kStateRoot, lab, participant), one_of(lab, participant)));
    locks.push_back(std::move(one));
  }
  return locks;
}

}  // namespace labctl::lab
