#include "tests/program/typed.h"

#include "tests/fakes/paths.h"

namespace labctl::program {

ProcessResult type(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), labctl_binary());
  const auto result = run_process({.argv = std::move(arguments), .input = input, .env = {{"LC_ALL", "C"}}});
  return result ? *result : ProcessResult{.exit_status = -1, .out = {}, .err = render(result.error())};
}

}  // namespace labctl::program
