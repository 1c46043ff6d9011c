#pragma once

namespace labctl::cli {

/// Runs one labctl command; returns the exit code: 0 all pass, 1 some fail, 2 bad usage or bad file, 3 lab
/// error, 130 interrupted.
int run(int argc, const char* const* argv);

}  // namespace labctl::cli
