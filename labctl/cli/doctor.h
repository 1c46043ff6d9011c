#pragma once

#include <cstddef>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/host/doctor.h"

namespace labctl::cli {

/// What this machine has and lacks for a lab of so many hosts.
std::vector<host::Finding> examine_machine(std::size_t hosts);

/// An error of `up`, and what the machine lacks where that may be its reason.
Error with_diagnosis(Error error, std::size_t hosts);

}  // namespace labctl::cli
