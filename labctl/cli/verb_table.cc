#include <array>

#include "labctl/cli/verbs.h"

namespace labctl::cli {
namespace {

constexpr std::array kVerbs{
    Verb{"up", "make the lab, or complete and repair one that is half up", &declare_up},
    Verb{"down", "remove everything of the lab", &declare_down},
    Verb{"reset", "put participants back to the start", &declare_reset},
    Verb{"status", "list hosts, addresses, roles and services", &declare_status},
    Verb{"credentials", "show or write what participants log in with", &declare_credentials},
    Verb{"exec", "run a command on a host", &declare_exec},
    Verb{"shell", "open a shell on a host", &declare_shell},
    Verb{"logs", "show a host's journal", &declare_logs},
    Verb{"zone", "show or change a zone", &declare_zone},
    Verb{"send", "send a message inside the lab", &declare_send},
    Verb{"predict", "tell what a receiver will say of a message, before it is sent", &declare_predict},
    Verb{"check-domain", "tell the state of a domain's sender authentication on one page", &declare_check_domain},
    Verb{"inbox", "list a mailbox and show its newest message", &declare_inbox},
    Verb{"run", "play scenarios and grade them", &declare_run},
    Verb{"grade", "grade a run again from its evidence", &declare_grade},
    Verb{"steps", "print the course for a participant to do by hand", &declare_steps},
    Verb{"check", "judge steps that were done by hand", &declare_check},
    Verb{"open", "open a step to be done (again) by hand", &declare_open},
    Verb{"explain", "tell the story of a received message", &declare_explain},
    Verb{"authres", "read Authentication-Results fields", &declare_authres},
    Verb{"doctor", "tell what this machine lacks for a lab, and the line that mends it", &declare_doctor},
    Verb{"scenario", "list, check and describe scenario files", &declare_scenario},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

}  // namespace labctl::cli
