#pragma once

#include <span>
#include <string_view>

namespace labctl::lab {

/// The state transitions of the verbs that change a lab, by name: after each of them a killed labctl must leave
/// something that `down` removes and `up` repairs.
std::span<const std::string_view> transitions();

/// The stages of a step, by name, at which a test may have something go wrong: the zone was looked at and not yet
/// edited
/// ("zone.looked"), the edit is committed ("zone.committed"), it is known where the logs stand ("mail.marked"), the
/// receiver's side has answered ("mail.answered"), the message has come to its end ("mail.ended").
std::span<const std::string_view> stages();

/// Marks that the stage is reached. With LABCTL_STOP_AT=NAME in the environment the program stops itself here once
/// (SIGSTOP), until somebody lets it go on (SIGCONT).
void at_stage(std::string_view stage);

/// Marks that the transition has happened. With LABCTL_KILL_AT=NAME in the environment the program kills itself here
/// (SIGKILL), which is how the tests interrupt it at every one.
void reached(std::string_view transition);

}  // namespace labctl::lab
