// labctl-image: builds the base image of the lab's hosts when it isn't there. `labctl up` does so too; this program is
// linked first, so that the set-up can build the image while it compiles the rest.
#include <fmt/format.h>

#include <cstdio>

#include "labctl/base/error.h"
#include "labctl/host/image.h"

int main() {
  const auto image = labctl::host::ensure_image([](std::string_view line) { fmt::print(stderr, "{}\n", line); });
  if (image) return 0;
  fmt::print(stderr, "{}\n", labctl::render(image.error()));
  return 3;
}
