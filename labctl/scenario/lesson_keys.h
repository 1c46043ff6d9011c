#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/placeholders.h"

namespace labctl::scenario {

/// Names of the keys in mail-samples/keys, sorted.
std::vector<std::string> lesson_key_names();

/// The private key of that name, PEM. Errors: `usage` for an unknown name.
Result<std::string> lesson_key(std::string_view name);

/// {key.NAME}: p= of each key's record. Read once.
const Placeholders& lesson_key_values();

}  // namespace labctl::scenario
