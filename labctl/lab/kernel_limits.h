#pragma once

#include "labctl/base/error.h"

namespace labctl::lab {

/// What fs.inotify.max_user_instances is raised to.
inline constexpr int kInotifyInstances = 8192;

/// Raises fs.inotify.max_user_instances (128 by default: too few past about 26 hosts) and keeps the value that was.
/// The lab's record is there already, so that no other lab's end takes it back.
Result<void> raise_kernel_limits();
/// Puts the value back that was before the first lab came up, once the last one has gone.
Result<void> restore_kernel_limits();

}  // namespace labctl::lab
