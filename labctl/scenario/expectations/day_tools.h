#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labctl/config/document.h"
#include "labctl/scenario/day_count.h"

namespace labctl::scenario {

/// What a kind that an expectation names is, among those of the day: itself, or all of a sort; none when it is none.
std::optional<FlowCount> counted(const std::vector<FlowCount>& day, std::string_view kind);

/// Checks that `named` is a kind (or a sort) of the flows in the keys of the step, and returns how many are sent.
Result<std::int64_t> sent_of(const config::Member& named, const config::Value& step);

/// Why the places of these messages are not known; none when they are.
std::optional<LocalText> unknown_place(const evidence::DaySeen& day, std::string_view kind);

}  // namespace labctl::scenario
