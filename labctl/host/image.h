#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "labctl/base/error.h"

namespace labctl::host {

/// The base root file system that every lab host is an overlay of.
struct Image {
  std::string root;           ///< directory of the root file system
  std::string disk_template;  ///< empty ext4 file that a host's disk is a copy of
};

/// What an image is made of; its hash names the image, so that a changed recipe makes a new one.
struct ImageRecipe {
  std::string packages;  ///< comma-separated, for mmdebstrap --include
  std::string setup;     ///< shell script run with the new root as $1
  std::string dpkg;      ///< /etc/dpkg/dpkg.cfg.d/lab of the new root, there before its packages
};

/// The recipe compiled into this labctl (labctl/host/image/).
ImageRecipe image_recipe();
/// Where the image of this recipe is, or will be.
Image image_of(const ImageRecipe& recipe);
bool image_exists(const Image& image);

/// The image; built from Debian's packages when it isn't there (a minute or two). Two builders wait for each other.
/// Errors: `lab` with mmdebstrap's last words.
Result<Image> ensure_image(const std::function<void(std::string_view)>& progress, std::stop_token stop = {});

}  // namespace labctl::host
