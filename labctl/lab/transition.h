#pragma once

#include <span>
#include <string_view>

namespace labctl::lab {

/// The state transitions of the verbs that change a lab, by name: after each of them a killed labctl must leave
/// something that `down` removes and `up` repairs.
std::span<const std::string_view> transitions();

/// Marks that the transition has happened. With LABCTL_KILL_AT=NAME in the environment the program kills itself here
/// (SIGKILL), which is how the tests interrupt it at every one.
void reached(std::string_view transition);

}  // namespace labctl::lab
