#pragma once

#include <string_view>

namespace labctl {

/// What was built, and from where. One file knows these, so that a compiler cache serves a second clone too.
std::string_view version();
/// The source tree, an absolute path; it need not be there any more.
std::string_view source_directory();

}  // namespace labctl
