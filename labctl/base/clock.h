#pragma once

#include <chrono>
#include <string>

namespace labctl {

using Milliseconds = std::chrono::milliseconds;

/// The time, and the only way to let it pass. Tests use a clock that they move themselves (tests/fakes/fake_clock.h).
class Clock {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  using Wall = std::chrono::system_clock::time_point;

  virtual ~Clock() = default;
  [[nodiscard]] virtual Steady now() const = 0;
  [[nodiscard]] virtual Wall wall() const = 0;
  /// Lets `duration` pass.
  virtual void pause(Milliseconds duration) = 0;
};

/// The machine's clock; one for the process.
Clock& real_clock();

/// "2026-11-24T14:31:05.123Z" (RFC 3339, UTC, milliseconds).
std::string rfc3339(Clock::Wall time);

}  // namespace labctl
