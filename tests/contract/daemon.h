#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace labctl::contract {

/// A daemon that a test started; killed with the object.
class Daemon {
 public:
  Daemon(const std::vector<std::string>& argv, const std::string& output_file);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  int pid_ = -1;
};

/// Whether `program` is installed. When it is not, tests skip; with LABCTL_REQUIRE_LIVE=1 they fail instead.
bool installed(const std::string& program);
bool live_required();

/// A port of 127.0.0.1 that is free for UDP and TCP now.
std::uint16_t free_port();

}  // namespace labctl::contract

/// Leaves the test when `program` is not installed.
#define LABCTL_NEEDS(program)                                                  \
  if (!labctl::contract::installed(program)) {                                 \
    if (labctl::contract::live_required()) FAIL() << program << " is missing"; \
    GTEST_SKIP() << program << " is not installed";                            \
  }
