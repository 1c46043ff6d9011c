/// Edits zones by way of Knot's control sockets, as labctl does: zone_edits THREADS ROUND < "SOCKET ZONE" lines
///
/// Each zone's _dmarc record of the round before is replaced by this round's. Zones of one knotd are one thread's,
/// since knotd takes one control connection at a time. Prints each edit's milliseconds; ends with 1 when one is
/// refused.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "labctl/base/parallel.h"
#include "labctl/dns/knot_control.h"

namespace {

labctl::dns::Record policy(const std::string& zone, int round) {
  return {.owner = "_dmarc." + zone + ".",
          .ttl = 20,
          .type = "TXT",
          .rdata = fmt::format("\"v=DMARC1; p=none; n={}\"", round)};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto threads = static_cast<std::size_t>(std::atoi(argv[1]));
  const int round = std::atoi(argv[2]);
  std::map<std::string, std::vector<std::string>> zones;
  std::string socket;
  std::string zone;
  while (std::cin >> socket >> zone) zones[socket].push_back(zone);
  const std::vector<std::pair<std::string, std::vector<std::string>>> servers(zones.begin(), zones.end());

  std::mutex mutex;
  bool failed = false;
  labctl::parallel_for(servers.size(), threads, [&](std::size_t i) {
    const labctl::dns::KnotControl knot(servers[i].first);
    for (const auto& name : servers[i].second) {
      const auto began = std::chrono::steady_clock::now();
      const auto applied =
          knot.apply({.zone = name, .remove = {policy(name, round - 1)}, .add = {policy(name, round)}});
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
      const std::scoped_lock lock(mutex);
      if (applied)
        fmt::print("{:.3f}\n", took.count());
      else
        failed = true, std::cerr << labctl::render(applied.error()) << "\n";
    }
  });
  return failed ? 1 : 0;
}
