#pragma once

#include <string>
#include <vector>

#include "labctl/base/process.h"

namespace labctl::live {

/// A participant's own machine: a network namespace with one cable to this machine, and nothing else. A lab that
/// listens on `machine_address()` is reached from it as over a network.
class Laptop {
 public:
  explicit Laptop(std::string name);
  ~Laptop();
  Laptop(const Laptop&) = delete;
  Laptop& operator=(const Laptop&) = delete;

  /// This machine's end of the cable, as a lab's --listen takes it.
  [[nodiscard]] static std::string machine_address() { return "203.0.113.1"; }
  [[nodiscard]] static std::string own_address() { return "203.0.113.2"; }

  /// Takes over a directory that `labctl credentials --write` made: ssh goes by it.
  void log_in_with(std::string directory) { directory_ = std::move(directory); }
  /// Runs a program in the laptop's network.
  [[nodiscard]] ProcessResult run(std::vector<std::string> argv, const std::string& input = {}) const;
  /// What a person types at the prompt of `host` (empty: island itself), after `ssh user-a@island`.
  [[nodiscard]] ProcessResult type(const std::string& host, bool root, const std::string& command,
                                   const std::string& input = {}) const;

 private:
  std::string name_;
  std::string directory_;
};

}  // namespace labctl::live
