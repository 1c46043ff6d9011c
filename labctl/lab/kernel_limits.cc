#include "labctl/lab/kernel_limits.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <fstream>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/host/places.h"

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

}  // namespace

Result<void> raise_kernel_limits() {
  LABCTL_ASSIGN(const auto text, read_file(kInotify));
  int now = 0;
  const auto value = trim(text);
  std::from_chars(value.data(), value.data() + value.size(), now);
  if (now >= kInotifyInstances) return {};
  LABCTL_TRY(make_directories(host::kStateRoot));
  if (::access(saved_file().c_str(), F_OK) != 0) LABCTL_TRY(write_file(saved_file(), text));
  return set(std::to_string(kInotifyInstances));
}

Result<void> restore_kernel_limits() {
  const auto saved = read_file(saved_file());
  if (!saved) return {};
  LABCTL_TRY(set(trim(*saved)));
  ::unlink(saved_file().c_str());
  return {};
}

}  // namespace labctl::lab
