#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/process.h"

namespace labctl::host {

/// `warning`: a lab comes up, but something is worth knowing; `missing`: none comes up.
enum class Health { ok, warning, missing };
std::string_view name_of(Health health);

/// What one check found.
struct Finding {
  std::string what;  ///< short: "root", "programs", "disk space"
  Health health = Health::ok;
  std::string meaning;  ///< what was seen, and what it means for a lab
  std::string mend;     ///< the line to type; empty when there is nothing to mend
};

/// What the checks see of a machine. Tests give them a bad one.
class Probe {
 public:
  virtual ~Probe() = default;
  [[nodiscard]] virtual bool is_root() const = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
  [[nodiscard]] virtual bool can_write(const std::string& path) const = 0;
  /// None when it can't be read.
  [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) const = 0;
  /// Free space of the file system that holds `path`, or would hold it.
  [[nodiscard]] virtual std::uint64_t free_bytes(const std::string& path) const = 0;
  [[nodiscard]] virtual bool has_program(const std::string& name) const = 0;
  /// Exit status and output; none when it can't be started.
  [[nodiscard]] virtual std::optional<ProcessResult> run(const std::vector<std::string>& argv,
                                                         const std::string& input) const = 0;
};

/// The lab that is to come up.
struct Needs {
  std::size_t hosts = 0;
  int inotify_instances = 0;  ///< what `up` raises fs.inotify.max_user_instances to
  std::string image;          ///< root of the base image, built or not
};

/// One row of the table of checks; a function of what the probe sees.
struct Check {
  std::string_view name;
  Finding (*look)(const Probe& probe, const Needs& needs);
};

std::span<const Check> checks();

/// All findings, in the order of the table.
std::vector<Finding> examine(const Probe& probe, const Needs& needs);

/// True when nothing is missing.
bool lab_can_come_up(std::span<const Finding> findings);

/// The machine that labctl runs on.
const Probe& this_machine();

/// A program that labctl starts, and the Debian package that has it.
struct Program {
  std::string_view name;
  std::string_view package;
};
std::span<const Program> programs();

}  // namespace labctl::host
