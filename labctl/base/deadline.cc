#include "labctl/base/deadline.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace labctl {

Milliseconds Deadline::left() const {
  return std::max(std::chrono::ceil<Milliseconds>(end_ - real_clock().now()), Milliseconds::zero());
}

bool wait_for_events(int fd, short events, const Deadline& deadline) {
  pollfd poll{fd, events, 0};
  while (true) {
    const int count = ::poll(&poll, 1, static_cast<int>(deadline.left().count()));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

}  // namespace labctl
