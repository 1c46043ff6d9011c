#include "tests/fakes/paths.h"

#include <fmt/format.h>

#include "labctl/base/build_info.h"

namespace labctl {

std::string labctl_binary() { return LABCTL_BINARY; }
std::string test_path(std::string_view path) { return fmt::format("{}/tests/{}", source_directory(), path); }

}  // namespace labctl
