#include "labctl/base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <thread>

namespace labctl {
namespace {

class RealClock final : public Clock {
 public:
  [[nodiscard]] Steady now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] Wall wall() const override { return std::chrono::system_clock::now(); }
  void pause(Milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

}  // namespace

Clock& real_clock() {
  static RealClock clock;
  return clock;
}

std::string rfc3339(Clock::Wall time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<Milliseconds>(time - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), rest);
}

}  // namespace labctl
