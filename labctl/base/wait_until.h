#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"

namespace labctl {

/// How long to wait, and how often to look. The pause between two looks grows from `first` to `longest`.
struct Patience {
  Milliseconds total{10'000};
  Milliseconds first{1};
  Milliseconds longest{50};
};

/// Looks until `ready` says true. Errors: that of `ready` at once; `timeout` with "waited 10.0 s for <what>" when
/// patience ends; `interrupted` when `stop` is requested. This is the only place in labctl that lets time pass.
/// @param ready true: it is so; false: not yet; an error: it never will be.
Result<void> wait_until(Clock& clock, const Patience& patience, std::string_view what,
                        const std::function<Result<bool>()>& ready, std::stop_token stop = {});

}  // namespace labctl
