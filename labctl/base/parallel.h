#pragma once

#include <cstddef>
#include <functional>

namespace labctl {

/// Calls work(0) … work(count - 1), at most `jobs` at once, each on a thread of its own; returns when all have ended.
void parallel_for(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& work);

/// Processors that this process may use.
std::size_t processor_count();

}  // namespace labctl
