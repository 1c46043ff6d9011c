#pragma once

#include <string>
#include <vector>

#include "labctl/scenario/expectation_kind.h"

namespace labctl::scenario {

/// `pass` when `holds`, else `fail` with `why`.
ExpectationVerdict verdict(std::string that, bool holds, std::string expected, std::string actual, LocalText why = {});

/// `error`: the lab could not answer. `actual` is what is there instead.
ExpectationVerdict no_answer(std::string that, std::string expected, std::string actual, LocalText why);

/// The strings that a value allows: itself, or the items of an array.
std::vector<std::string> alternatives(const config::Value& value);

/// Checks that `value` is a string, or an array of strings.
Result<void> check_alternatives(const config::Value& value, std::string_view what);

/// Checks every member's value with check_alternatives.
Result<void> check_alternative_members(const config::Value& table);

/// "inbox", "fail or softfail"
std::string any_of(const std::vector<std::string>& words);

/// Shortened and safe to print.
std::string shown(std::string_view text);

}  // namespace labctl::scenario
