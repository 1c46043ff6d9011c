#include "labctl/base/wait_until.h"

#include <fmt/format.h>

#include <algorithm>

namespace labctl {

Result<void> wait_until(Clock& clock, const Patience& patience, std::string_view what,
                        const std::function<Result<bool>()>& ready, std::stop_token stop) {
  const auto deadline = clock.now() + patience.total;
  Milliseconds pause = patience.first;
  while (true) {
    if (stop.stop_requested())
      return std::unexpected(
          Error{ErrorKind::interrupted, fmt::format("interrupted while waiting for {}", what), {}, {}});
    LABCTL_ASSIGN(const bool done, ready());
    if (done) return {};
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - clock.now());
    if (left <= Milliseconds::zero())
      return timeout_error(
          fmt::format("waited {:.1f} s for {}", static_cast<double>(patience.total.count()) / 1000, what));
    clock.pause(std::min({pause, left, patience.longest}));
    pause = std::min(pause * 2, patience.longest);
  }
}

}  // namespace labctl
