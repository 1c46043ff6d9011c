#pragma once

#include <string>
#include <string_view>

namespace labctl {

/// The program that was built with these tests.
std::string labctl_binary();
/// `path` below tests/.
std::string test_path(std::string_view path);

}  // namespace labctl
