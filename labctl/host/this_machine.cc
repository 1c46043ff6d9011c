#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/host/doctor.h"

namespace labctl::host {
namespace {
namespace fs = std::filesystem;

class ThisMachine final : public Probe {
 public:
  bool is_root() const override { return ::geteuid() == 0; }
  bool exists(const std::string& path) const override { return ::access(path.c_str(), F_OK) == 0; }
  bool can_write(const std::string& path) const override { return ::access(path.c_str(), W_OK) == 0; }
  std::optional<std::string> read(const std::string& path) const override {
    auto text = read_file(path);
    return text ? std::optional(*std::move(text)) : std::nullopt;
  }
  std::uint64_t free_bytes(const std::string& path) const override {
    std::error_code code;
    fs::path there(path);
    while (!fs::exists(there, code) && there.has_relative_path()) there = there.parent_path();
    struct statvfs info{};
    return ::statvfs(there.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize : 0;
  }
  bool has_program(const std::string& name) const override { return find_program(name).has_value(); }
  std::optional<ProcessResult> run(const std::vector<std::string>& argv, const std::string& input) const override {
    auto result = run_process({.argv = argv, .input = input, .timeout = Milliseconds{10'000}});
    return result ? std::optional(*std::move(result)) : std::nullopt;
  }
};

}  // namespace

const Probe& this_machine() {
  static const ThisMachine machine;
  return machine;
}

}  // namespace labctl::host
