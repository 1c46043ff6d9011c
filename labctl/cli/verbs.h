#pragma once

#include "labctl/cli/verb.h"

namespace labctl::cli {

// One function for each row of the verb table; each is in a file of its own in verbs/.
Action declare_up(CLI::App& app, const Context& context);
Action declare_down(CLI::App& app, const Context& context);
Action declare_reset(CLI::App& app, const Context& context);
Action declare_status(CLI::App& app, const Context& context);
Action declare_credentials(CLI::App& app, const Context& context);
Action declare_exec(CLI::App& app, const Context& context);
Action declare_shell(CLI::App& app, const Context& context);
Action declare_logs(CLI::App& app, const Context& context);
Action declare_zone(CLI::App& app, const Context& context);
Action declare_send(CLI::App& app, const Context& context);
Action declare_inbox(CLI::App& app, const Context& context);
Action declare_predict(CLI::App& app, const Context& context);
Action declare_check_domain(CLI::App& app, const Context& context);
Action declare_run(CLI::App& app, const Context& context);
Action declare_grade(CLI::App& app, const Context& context);
Action declare_steps(CLI::App& app, const Context& context);
Action declare_check(CLI::App& app, const Context& context);
Action declare_open(CLI::App& app, const Context& context);
Action declare_authres(CLI::App& app, const Context& context);
Action declare_explain(CLI::App& app, const Context& context);
Action declare_doctor(CLI::App& app, const Context& context);
Action declare_scenario(CLI::App& app, const Context& context);

}  // namespace labctl::cli
