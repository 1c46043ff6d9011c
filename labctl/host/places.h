#pragma once

#include <string>
#include <string_view>

namespace labctl::host {

/// Where labctl keeps things on this machine. One lab's state is gone with `down`; images stay.
inline constexpr const char* kStateRoot = "/run/labctl";          ///< records, mount points, locks
inline constexpr const char* kDiskRoot = "/var/lib/labctl/labs";  ///< the hosts' capped disks
inline constexpr const char* kImageRoot = "/var/cache/labctl/images";
inline constexpr const char* kRunRoot = "/var/lib/labctl/runs";  ///< run directories (evidence)

/// The places of one host of one lab.
struct HostPlaces {
  std::string directory;  ///< /run/labctl/LAB/hosts/HOST: pid file, console log, notify socket
  std::string root;       ///< mount point of the overlay
  std::string disk;       ///< mount point of the capped upper layer
  std::string disk_file;
  std::string netns;  ///< name below /run/netns
};

/// @param lab, host names that a topology was made of (so: no '/').
HostPlaces places_of(std::string_view lab, std::string_view host);
std::string state_directory(std::string_view lab);
std::string disk_directory(std::string_view lab);
/// Name of the namespace that holds the lab's bridge; the controller's sockets are made in it.
std::string switch_netns(std::string_view lab);

}  // namespace labctl::host
