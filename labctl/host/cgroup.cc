#include "labctl/host/cgroup.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <ranges>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"

namespace labctl::host {
namespace {
namespace fs = std::filesystem;

constexpr const char* kMount = "/sys/fs/cgroup";

/// Kernel files take one write and no rename.
Result<void> set(const std::string& file, std::string_view value) {
  std::ofstream out(file);
  out << value << std::flush;
  if (!out) return system_error("can't set a control group's limit", errno, file);
  return {};
}

/// The group's own directory and those below it, deepest first.
std::vector<std::string> tree(const std::string& directory) {
  std::vector<std::string> all;
  std::error_code code;
  for (fs::recursive_directory_iterator at(directory, code), end; !code && at != end; at.increment(code))
    if (at->is_directory(code)) all.push_back(at->path().string());
  std::ranges::reverse(all);
  std::ranges::stable_sort(all, std::ranges::greater{},
                           [](const std::string& path) { return std::ranges::count(path, '/'); });
  if (fs::is_directory(directory, code)) all.push_back(directory);
  return all;
}

}  // namespace

Cgroup::Cgroup(std::string_view path) {
  std::error_code code;
  unified_ = fs::exists(fmt::format("{}/cgroup.controllers", kMount), code);
  if (unified_) {
    directories_.push_back(fmt::format("{}/labctl/{}", kMount, path));
    return;
  }
  // systemd-nspawn takes its place in systemd's two hierarchies from the unified one where there is one: a host that
  // has no group of its own there would share its services' groups with every other host.
  for (const char* hierarchy : {"pids", "memory", "systemd", "unified"})
    if (fs::exists(fmt::format("{}/{}/cgroup.procs", kMount, hierarchy), code))
      directories_.push_back(fmt::format("{}/{}/labctl/{}", kMount, hierarchy, path));
}

Result<void> Cgroup::create(const CgroupLimits& limits) const {
  for (const auto& directory : directories_) {
    LABCTL_TRY(make_directories(unified_ ? directory + "/labctl" : directory));
    if (unified_) {
      // v2 hands a controller down only along an unbroken chain, from the top.
      std::vector<std::string> chain;
      for (auto above = fs::path(directory).parent_path(); above.string().size() >= std::string_view(kMount).size();
           above = above.parent_path())
        chain.push_back(above.string() + "/cgroup.subtree_control");
      for (const auto& handed_down : chain | std::views::reverse) LABCTL_TRY(set(handed_down, "+pids +memory"));
      LABCTL_TRY(set(directory + "/pids.max", std::to_string(limits.processes)));
      LABCTL_TRY(set(directory + "/memory.max", std::to_string(limits.memory_bytes)));
    } else if (directory.starts_with(fmt::format("{}/pids/", kMount))) {
      LABCTL_TRY(set(directory + "/pids.max", std::to_string(limits.processes)));
    } else if (directory.starts_with(fmt::format("{}/memory/", kMount))) {
      LABCTL_TRY(set(directory + "/memory.limit_in_bytes", std::to_string(limits.memory_bytes)));
    }
  }
  return {};
}

std::vector<std::string> Cgroup::join_files() const {
  std::vector<std::string> files;
  // On v2 a group with controllers handed down has no processes of its own: they live in a leaf.
  for (const auto& directory : directories_) files.push_back(directory + (unified_ ? "/labctl" : "") + "/cgroup.procs");
  return files;
}

std::vector<int> Cgroup::processes() const {
  std::vector<int> pids;
  for (const auto& directory : directories_)
    for (const auto& group : tree(directory)) {
      const auto text = read_file(group + "/cgroup.procs");
      if (!text) continue;
      for (const auto& line : lines_of(*text)) {
        int pid = 0;
        std::from_chars(line.data(), line.data() + line.size(), pid);
        if (pid > 1) pids.push_back(pid);
      }
    }
  std::ranges::sort(pids);
  const auto [first, last] = std::ranges::unique(pids);
  pids.erase(first, last);
  return pids;
}

Result<void> Cgroup::kill_all(Clock& clock, Milliseconds patience) const {
  return wait_until(clock, {.total = patience},
                    fmt::format("the processes of {} to end", directories_.empty() ? "" : directories_.front()),
                    [&]() -> Result<bool> {
                      const auto pids = processes();
                      for (const int pid : pids) {
                        ::kill(pid, SIGKILL);
                        // Ours to reap when this very labctl started it.
                        ::waitpid(pid, nullptr, WNOHANG);
                      }
                      return pids.empty();
                    });
}

Result<void> Cgroup::remove(Clock& clock) const {
  for (const auto& directory : directories_)
    for (const auto& group : tree(directory))
      // A process that was killed holds its group until the kernel has buried it.
      LABCTL_TRY(wait_until(clock, {}, fmt::format("control group {} to become empty", group), [&]() -> Result<bool> {
        if (::rmdir(group.c_str()) == 0 || errno == ENOENT) return true;
        if (errno == EBUSY) return false;
        return system_error("can't remove a control group", errno, group);
      }));
  return {};
}

}  // namespace labctl::host
