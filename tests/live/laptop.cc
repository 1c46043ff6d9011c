#include "tests/live/laptop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "labctl/base/text.h"

namespace labctl::live {
namespace {

void ip(const std::string& words, bool must = true) {
  std::vector<std::string> argv{"ip"};
  for (auto& word : split(words, ' ')) argv.push_back(std::move(word));
  const auto result = run_process({.argv = argv});
  if (must) {
    EXPECT_TRUE(result && result->exit_status == 0) << words << (result ? result->err : render(result.error()));
  }
}

/// Between single quotes a shell leaves everything as it is.
std::string shell_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

Laptop::Laptop(std::string name) : name_(std::move(name)) {
  const std::string cable = "veth-" + name_;
  ip("netns del " + name_, false);
  ip("link del " + cable, false);
  ip("netns add " + name_);
  ip(fmt::format("link add {} type veth peer name eth0 netns {}", cable, name_));
  ip(fmt::format("addr add {}/30 dev {}", machine_address(), cable));
  ip(fmt::format("link set {} up", cable));
  ip(fmt::format("-n {} addr add {}/30 dev eth0", name_, own_address()));
  ip(fmt::format("-n {} link set eth0 up", name_));
  ip(fmt::format("-n {} link set lo up", name_));
}

Laptop::~Laptop() {
  ip("link del veth-" + name_);
  ip("netns del " + name_);
}

ProcessResult Laptop::run(std::vector<std::string> argv, const std::string& input) const {
  argv.insert(argv.begin(), {"ip", "netns", "exec", name_});
  auto result = run_process({.argv = std::move(argv), .input = input, .timeout = Milliseconds{120'000}});
  if (!result) {
    ADD_FAILURE() << render(result.error());
    return {.exit_status = -1};
  }
  return *std::move(result);
}

ProcessResult Laptop::type(const std::string& host, bool root, const std::string& command,
                           const std::string& input) const {
  std::string there = root ? "sudo -n -s -- sh -c " + shell_quoted(command) : command;
  if (!host.empty()) there = fmt::format("ssh {} {}", host, shell_quoted(there));
  // ssh takes the files of its configuration as they are seen from where it is started.
  return run({"sh", "-c", "cd \"$1\" && exec ssh -F ssh_config island \"$2\"", "sh", directory_, there}, input);
}

}  // namespace labctl::live
