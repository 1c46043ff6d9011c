#include "labctl/host/image.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/host/disk.h"
#include "labctl/host/embedded_files.h"
#include "labctl/host/places.h"

namespace labctl::host {
namespace {
namespace fs = std::filesystem;

// A host's own disk: logs, mail and queues of a workshop take a few megabytes.
constexpr std::uint64_t kDiskBytes = 512ULL << 20U;

std::string_view embedded(std::string_view path) {
  const auto* found = std::ranges::find(kEmbeddedFiles, path, [](const auto& file) { return file.first; });
  return found == kEmbeddedFiles.end() ? std::string_view{} : found->second;
}

/// FNV-1a: names a directory, protects nothing.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

Result<void> build(const ImageRecipe& recipe, const std::string& directory, std::stop_token stop) {
  std::error_code code;
  const std::string draft = directory + ".draft";
  LABCTL_TRY(unmount_below(draft));
  fs::remove_all(draft, code);
  LABCTL_TRY(make_directories(draft));
  const std::string setup = draft + "/setup.sh";
  LABCTL_TRY(write_file(setup, recipe.setup, 0755));
  LABCTL_TRY(write_file(draft + "/dpkg.cfg", recipe.dpkg));
  const std::string root = draft + "/root";
  const auto built = run_checked(
      {.argv = {"mmdebstrap", "--variant=minbase", "--include=" + recipe.packages,
                // As --dpkgopt, mmdebstrap filters each archive by itself, which takes half a minute.
                "--setup-hook=mkdir -p \"$1/etc/dpkg/dpkg.cfg.d\" && cp \"$DPKG\" \"$1/etc/dpkg/dpkg.cfg.d/lab\"",
                "--customize-hook=" + setup, "bookworm", root},
       .env = {{"LC_ALL", "C.UTF-8"}, {"DPKG", draft + "/dpkg.cfg"}},
       .timeout = std::chrono::minutes{15}},
      stop);
  if (!built) {
    Error error = built.error().while_("can't build the base image of the lab's hosts");
    error.hint = "the first build needs Debian's packages: check the network and /etc/apt/sources.list";
    return std::unexpected(std::move(error));
  }
  LABCTL_TRY(make_disk_template(draft + "/disk.ext4", kDiskBytes));
  fs::rename(draft, directory, code);
  if (code) return lab_error(fmt::format("can't put the image in place: {}", code.message()), directory);
  return {};
}

}  // namespace

ImageRecipe image_recipe() {
  std::vector<std::string> packages;
  for (const auto& line : lines_of(embedded("image/packages.list")))
    if (!line.empty() && !line.starts_with('#')) packages.push_back(line);
  return {.packages = join(packages, ","),
          .setup = std::string(embedded("image/setup.sh")),
          .dpkg = std::string(embedded("image/dpkg.cfg"))};
}

Image image_of(const ImageRecipe& recipe) {
  const std::string directory =
      fmt::format("{}/{:016x}", kImageRoot,
                  hash(fmt::format("{}\n{}\n{}\n{}", recipe.packages, recipe.setup, recipe.dpkg, kDiskBytes)));
  return {.root = directory + "/root", .disk_template = directory + "/disk.ext4"};
}

bool image_exists(const Image& image) { return ::access(image.disk_template.c_str(), R_OK) == 0; }

Result<Image> ensure_image(const std::function<void(std::string_view)>& progress, std::stop_token stop) {
  const auto recipe = image_recipe();
  auto image = image_of(recipe);
  if (image_exists(image)) return image;
  LABCTL_TRY(make_directories(kImageRoot));
  const std::string lock = fmt::format("{}/lock", kImageRoot);
  const FileDescriptor fd(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return system_error("can't open the lock of the images", errno, lock);
  bool told = false;
  LABCTL_TRY(wait_until(
      real_clock(), {.total = std::chrono::minutes{20}, .longest = Milliseconds{500}},
      "another labctl to build the base image",
      [&]() -> Result<bool> {
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return true;
        if (!told) progress("base image: another labctl is building it, waiting");
        told = true;
        return false;
      },
      stop));
  if (image_exists(image)) return image;
  progress("base image: building it from Debian's packages (once; takes a minute or two)");
  LABCTL_TRY(build(recipe, fs::path(image.root).parent_path().string(), stop));
  progress("base image: built");
  return image;
}

}  // namespace labctl::host
