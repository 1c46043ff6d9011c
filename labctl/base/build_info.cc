#include "labctl/base/build_info.h"

namespace labctl {

std::string_view version() { return LABCTL_VERSION; }
std::string_view source_directory() { return LABCTL_SOURCE_DIR; }

}  // namespace labctl
