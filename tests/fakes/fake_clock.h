#pragma once

#include "labctl/base/clock.h"

namespace labctl::fakes {

/// A clock that only pause() moves.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] Steady now() const override { return Steady(passed_); }
  [[nodiscard]] Wall wall() const override {
    return Wall(std::chrono::sys_days(std::chrono::January / 1 / 2026)) + passed_;
  }
  void pause(Milliseconds duration) override { passed_ += duration; }
  [[nodiscard]] Milliseconds passed() const { return passed_; }

 private:
  Milliseconds passed_{0};
};

}  // namespace labctl::fakes
