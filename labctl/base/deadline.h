#pragma once

#include "labctl/base/clock.h"

namespace labctl {

/// The moment by which an exchange of several reads and writes must have ended (machine's clock).
class Deadline {
 public:
  explicit Deadline(Milliseconds timeout) : end_(real_clock().now() + timeout) {}

  /// Rounded up to whole milliseconds, so that waiting for it never ends early; zero once it has passed.
  [[nodiscard]] Milliseconds left() const;
  [[nodiscard]] bool passed() const { return left() == Milliseconds::zero(); }

 private:
  Clock::Steady end_;
};

/// Waits until `fd` has one of `events` (poll(2)) or an error to report. False when the deadline came first.
bool wait_for_events(int fd, short events, const Deadline& deadline);

}  // namespace labctl
