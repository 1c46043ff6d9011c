#include "labctl/host/places.h"

#include <fmt/format.h>

namespace labctl::host {

std::string state_directory(std::string_view lab) { return fmt::format("{}/{}", kStateRoot, lab); }
std::string disk_directory(std::string_view lab) { return fmt::format("{}/{}", kDiskRoot, lab); }
std::string switch_netns(std::string_view lab) { return fmt::format("labctl-{}", lab); }

HostPlaces places_of(std::string_view lab, std::string_view host) {
  const std::string directory = fmt::format("{}/hosts/{}", state_directory(lab), host);
  return {.directory = directory,
          .root = directory + "/root",
          .disk = directory + "/disk",
          .disk_file = fmt::format("{}/{}.ext4", disk_directory(lab), host),
          // A lab name has no dot: no two labs share a namespace.
          .netns = fmt::format("labctl-{}.{}", lab, host)};
}

}  // namespace labctl::host
