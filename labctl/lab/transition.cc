#include "labctl/lab/transition.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace labctl::lab {
namespace {

constexpr std::array<std::string_view, 28> kTransitions{
    "up.locked",      "up.recorded",     "up.credentials", "up.switch",      "up.cables",       "up.pins",
    "up.host.cgroup", "up.host.disk",    "up.host.files",  "up.host.booted", "up.hosts",        "up.forwards",
    "up.done",        "down.locked",     "down.processes", "down.mounts",    "down.namespaces", "down.disks",
    "down.cgroups",   "down.state",      "run.step",       "zone.checked",   "zone.pending",    "zone.declared",
    "zone.committed", "zone.undeclared", "zone.served",    "zone.flushed"};

constexpr std::array<std::string_view, 5> kStages{"zone.looked", "zone.committed", "mail.marked", "mail.answered",
                                                  "mail.ended"};

}  // namespace

std::span<const std::string_view> transitions() { return kTransitions; }

void reached(std::string_view transition) {
  const char* wanted = std::getenv("LABCTL_KILL_AT");
  if (wanted != nullptr && transition == wanted) ::kill(::getpid(), SIGKILL);
}

std::span<const std::string_view> stages() { return kStages; }

void at_stage(std::string_view stage) {
  static std::atomic<bool> stopped = false;
  const char* wanted = std::getenv("LABCTL_STOP_AT");
  // raise(): the thread that is at the stage must not run on until the signal has taken effect.
  if (wanted != nullptr && stage == wanted && !stopped.exchange(true)) ::raise(SIGSTOP);
}

}  // namespace labctl::lab
