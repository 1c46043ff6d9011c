#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"

namespace labctl {

/// A program to run; never through a shell.
struct ProcessSpec {
  std::vector<std::string> argv;                         ///< argv[0] is looked up in PATH
  std::string input;                                     ///< its standard input
  std::vector<std::pair<std::string, std::string>> env;  ///< added to the environment
  std::vector<std::string> join;          ///< cgroup.procs files that the child writes itself into before exec
  Milliseconds timeout{30'000};           ///< then SIGKILL to its process group
  std::size_t output_limit = 16U << 20U;  ///< bytes kept of each stream; more is an error
};

/// How a program ended, and what it wrote.
struct ProcessResult {
  int exit_status = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// The file that `name` is started from: looked up in PATH and, since users often lack them there, in the folders of
/// the system's own programs.
std::optional<std::string> find_program(const std::string& name);

/// Runs a program to its end. A non-zero exit status is a result, not an error. Errors: can't be started, timeout
/// (killed), interrupted (killed).
Result<ProcessResult> run_process(const ProcessSpec& spec, std::stop_token stop = {});

/// As run_process, but a non-zero exit status is an error that quotes the last lines of standard error.
Result<std::string> run_checked(const ProcessSpec& spec, std::stop_token stop = {});

/// Starts a program that outlives labctl: session of its own, no standard input, both output streams appended to
/// `output_file`. Returns its process id.
Result<pid_t> spawn_detached(const ProcessSpec& spec, const std::string& output_file);

/// Runs a program on the caller's terminal (its three streams). Returns its exit status.
Result<int> run_interactive(const ProcessSpec& spec);

}  // namespace labctl
