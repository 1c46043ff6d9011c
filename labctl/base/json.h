#pragma once

#include <nlohmann/json.hpp>

namespace labctl {

/// JSON that keeps the order of keys, so that saved evidence and reports are stable byte for byte.
using Json = nlohmann::ordered_json;

}  // namespace labctl
