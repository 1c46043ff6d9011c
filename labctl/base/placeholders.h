#pragma once

#include <map>
#include <string>
#include <string_view>

#include "labctl/base/error.h"

namespace labctl {

/// Values for `{name}` in templates: service configuration, zones, mail samples, scenario strings, handout texts.
using Placeholders = std::map<std::string, std::string, std::less<>>;

/// Replaces each `{name}` (lower-case letters, digits, `_` and `.`, starting with a letter). Any other brace stays as
/// it is, so configuration syntax passes through. Errors: `usage` for an unknown name, placed at `file`:line:column,
/// with the nearest known name.
Result<std::string> fill(std::string_view text, const Placeholders& values, std::string_view file);

}  // namespace labctl
