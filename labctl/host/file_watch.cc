#include "labctl/host/file_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "labctl/host/root_directory.h"

namespace labctl::host {
namespace {

/// Files of the directory that are held open at once; one that comes when there are so many is opened at the path only.
constexpr std::size_t kMostHeld = 64;
constexpr std::size_t kMostStood = 256;

struct HeldFile {
  FileDescriptor descriptor;
  dev_t device;
  ino_t inode;
};
using SharedFile = std::shared_ptr<const HeldFile>;  ///< null: it could not be opened

/// Some of the names in the directory, kMostHeld at most.
std::vector<std::string> names_in(const FileDescriptor& directory) {
  std::vector<std::string> names;
  // closedir(3) closes what it was given, and reading moves the position that a copy shares.
  const int own = ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const stream = own < 0 ? nullptr : ::fdopendir(own);
  if (stream == nullptr) return names;
  const dirent* entry = nullptr;
  while (names.size() < kMostHeld && (entry = ::readdir(stream)) != nullptr) names.emplace_back(entry->d_name);
  ::closedir(stream);
  return names;
}

class DirectoryWatch final : public FileWatch {
 public:
  DirectoryWatch(FileDescriptor directory, FileDescriptor events, FileDescriptor wake, std::string leaf)
      : directory_(std::move(directory)), events_(std::move(events)), wake_(std::move(wake)), leaf_(std::move(leaf)) {
    if (auto first = open_file(leaf_)) {
      held_[leaf_] = first;
      stood_.push_back({leaf_, std::move(first)});
    }
    // An editor's draft may be there already.
    for (const auto& name : names_in(directory_))
      if (!held_.contains(name) && held_.size() < kMostHeld)
        if (auto file = open_file(name)) held_[name] = std::move(file);
    thread_ = std::jthread([this] { follow(); });
  }
  ~DirectoryWatch() override { ::eventfd_write(wake_.get(), 1); }

  Result<std::vector<StoodFile>> stood() override {
    const std::scoped_lock lock(mutex_);
    take_events();
    if (overflowed_) return lab_error("more happened in the directory than could be noted", leaf_, "try again");
    std::vector<StoodFile> files;
    for (auto one = stood_.begin(); one != stood_.end(); ++one) {
      files.push_back({.from = one->from, .content = std::nullopt});
      // Opened too late, under a name that was another file's by then.
      if (!one->file ||
          std::any_of(one + 1, stood_.end(), [&](const Placed& later) { return is_taken_for(one->file, later.file); }))
        continue;
      LABCTL_ASSIGN(files.back().content, read_all(one->file->descriptor.get(), 0, leaf_));
      struct stat info{};
      files.back().is_roots = ::fstat(one->file->descriptor.get(), &info) == 0 && info.st_uid == 0;
    }
    return files;
  }

 private:
  struct Event {
    std::uint32_t mask;
    std::uint32_t cookie;  ///< joins the two events of a rename
    std::string name;
  };
  struct Placed {
    std::string from;
    SharedFile file;
  };

  /// The same file by two ways: only the later one can be right.
  static bool is_taken_for(const SharedFile& earlier, const SharedFile& later) {
    return later && earlier != later && earlier->device == later->device && earlier->inode == later->inode;
  }

  void follow() {
    std::array polled{pollfd{events_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    while (::poll(polled.data(), polled.size(), -1) > 0 || errno == EINTR) {
      if (polled[1].revents != 0) return;
      const std::scoped_lock lock(mutex_);
      take_events();
    }
  }

  void take_events() {
    read_events();
    while (!pending_.empty()) {
      const auto event = std::move(pending_.front());
      pending_.pop_front();
      take(event);
    }
  }

  void read_events() {
    alignas(inotify_event) std::array<char, 16384> buffer;
    ssize_t count = 0;
    while ((count = ::read(events_.get(), buffer.data(), buffer.size())) > 0) {
      for (std::size_t at = 0; at < static_cast<std::size_t>(count);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        // The kernel fills the name up with NULs.
        pending_.push_back(
            {event.mask, event.cookie, event.len > 0 ? std::string(buffer.data() + at + sizeof event) : std::string()});
        at += sizeof event + event.len;
      }
    }
  }

  void take(const Event& event) {
    const auto& name = event.name;
    if ((event.mask & IN_Q_OVERFLOW) != 0) overflowed_ = true;
    if ((event.mask & IN_ISDIR) != 0) return;
    if ((event.mask & IN_CREATE) != 0) {
      const auto file = may_hold(name) ? open_file(name) : nullptr;
      if (file) held_[name] = file;
      if (name == leaf_) place(name, file);
    } else if ((event.mask & IN_MOVED_FROM) != 0) {
      const auto found = held_.find(name);
      // What is moved into another directory never gets its second event.
      if (moving_.size() >= kMostHeld) moving_.clear();
      moving_[event.cookie] = {name, found == held_.end() ? nullptr : found->second};
      if (found != held_.end()) held_.erase(found);
    } else if ((event.mask & IN_MOVED_TO) != 0) {
      const auto node = moving_.extract(event.cookie);
      auto moved = node ? std::move(node.mapped()) : Placed{};
      if (!moved.file && may_hold(name)) moved.file = open_file(name);
      held_.erase(name);
      if (moved.file) held_[name] = moved.file;
      if (name == leaf_) place(std::move(moved.from), std::move(moved.file));
    } else if ((event.mask & IN_DELETE) != 0) {
      held_.erase(name);
    }
  }

  void place(std::string from, SharedFile file) {
    if (stood_.size() < kMostStood)
      stood_.push_back({std::move(from), std::move(file)});
    else
      overflowed_ = true;
  }

  [[nodiscard]] bool may_hold(const std::string& name) const { return held_.size() < kMostHeld || name == leaf_; }
  /// The file that an event tells of, unless another has its name by now.
  SharedFile open_file(const std::string& name) {
    // A participant may make anything of any name: no symlink is followed, no pipe waited for.
    FileDescriptor fd(::openat(directory_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
    read_events();
    if (std::ranges::any_of(pending_, [&](const Event& later) { return later.name == name; })) return nullptr;
    return std::make_shared<const HeldFile>(HeldFile{std::move(fd), info.st_dev, info.st_ino});
  }

  FileDescriptor directory_;
  FileDescriptor events_;
  FileDescriptor wake_;
  std::string leaf_;
  std::mutex mutex_;
  bool overflowed_ = false;
  std::deque<Event> pending_;
  std::map<std::string, SharedFile> held_;  ///< by their names of now
  std::map<std::uint32_t, Placed> moving_;  ///< between the two events of a rename
  std::vector<Placed> stood_;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<FileWatch>> watch_file(const std::string& root, std::string_view path) {
  const std::string whole(path);
  LABCTL_ASSIGN(const auto top, open_root(root));
  auto directory = open_in(top.get(), parent_of(whole), O_RDONLY | O_DIRECTORY);
  if (!directory) return system_error("can't open the directory", errno, parent_of(whole));
  FileDescriptor events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  FileDescriptor wake(::eventfd(0, EFD_CLOEXEC));
  // By its descriptor: the name may lead elsewhere by now.
  const auto name = fmt::format("/proc/self/fd/{}", directory.get());
  if (!events || !wake ||
      ::inotify_add_watch(events.get(), name.c_str(),
                          IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) < 0)
    return system_error("can't watch the directory", errno, parent_of(whole),
                        "is fs.inotify.max_user_instances reached? labctl doctor tells");
  return std::make_unique<DirectoryWatch>(std::move(directory), std::move(events), std::move(wake), leaf_of(whole));
}

}  // namespace labctl::host
