#pragma once

#include <cstdint>
#include <string>

#include "labctl/base/error.h"
#include "labctl/host/places.h"

namespace labctl::host {

/// The root file system of a host: an overlay of the base image whose upper layer is a file of bounded size, so that
/// a host that fills its disk fills only its own.
/// @param template_file an empty ext4 file system to copy (sparse).
Result<void> mount_root(const HostPlaces& places, const std::string& image_root, const std::string& template_file);

/// Undoes mount_root and removes the disk file; what isn't there is no error.
Result<void> unmount_root(const HostPlaces& places);

/// Makes the empty ext4 file that mount_root copies.
Result<void> make_disk_template(const std::string& file, std::uint64_t bytes);

/// Lazily unmounts everything mounted at or below `directory`.
Result<void> unmount_below(const std::string& directory);

}  // namespace labctl::host
