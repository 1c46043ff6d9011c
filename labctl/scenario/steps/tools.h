#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// Checks that the member `key` names a host of the lab, when it is there.
Result<void> check_host(const config::Value& keys, std::string_view key, const topology::Topology& lab);

/// Checks that every item of the array `key` is a string that isn't empty.
Result<void> check_texts(const config::Value& keys, std::string_view key);

std::vector<std::string> texts_of(const config::Value& keys, std::string_view key);

/// Runs a program as root on a host; its exit status is evidence.
Result<evidence::CommandSeen> run_on(const StepContext& context, const std::string& host,
                                     const std::vector<std::string>& argv);

/// The same for a program that must end well. Errors: `lab` with the last words of the program.
Result<evidence::CommandSeen> must_run_on(const StepContext& context, const std::string& host,
                                          const std::vector<std::string>& argv);

/// How a participant gets to a host, prompts included: through island, and to a root shell when `root`.
std::vector<std::string> way_to(const StepContext& context, std::string_view host, bool root);

/// The prompt of a shell on that host: "receiver# ".
std::string prompt(std::string_view host, bool root);

Observation seen(evidence::Seen evidence);
Observation missing(std::string reason);

}  // namespace labctl::scenario
