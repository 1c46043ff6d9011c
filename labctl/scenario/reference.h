#pragma once

#include <string>

namespace labctl::scenario {

/// The reference of scenario files in Markdown, from the tables of steps and expectations.
std::string reference();

}  // namespace labctl::scenario
