#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "labctl/base/json.h"
#include "labctl/base/process.h"

namespace labctl::live {

/// True when real daemons can be run here; otherwise says what is missing. With LABCTL_REQUIRE_LIVE=1 a machine that
/// can't run them fails the test instead of skipping it.
bool machine_is_able();
#define LABCTL_LIVE_OR_SKIP()                                             \
  if (!::labctl::live::machine_is_able())                                 \
  GTEST_SKIP() << "needs root; set LABCTL_REQUIRE_LIVE=1 to make this a " \
                  "failure"

/// Runs the labctl program itself, as a user does.
ProcessResult labctl(const std::vector<std::string>& arguments, Milliseconds timeout = Milliseconds{240'000},
                     const std::vector<std::pair<std::string, std::string>>& env = {});

/// The outcomes of a run's JSON: "m001 4-dmarc/4-2" -> "pass".
std::map<std::string, std::string> outcomes(const Json& run);

/// Of a run with --predict: each difference has a reason, by the lesson or by what is known of the receiver, and each
/// deviation that a lesson lists was seen.
void expect_predicted_or_listed(const Json& run);

/// A lab of its own name for one test suite; down() also when a test failed. With LABCTL_LIVE_DNSSEC=1 its zones are
/// signed.
class LiveLab {
 public:
  LiveLab(std::string name, int participants, std::vector<std::string> more = {});
  ~LiveLab();
  LiveLab(const LiveLab&) = delete;
  LiveLab& operator=(const LiveLab&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// labctl --lab NAME arguments…
  [[nodiscard]] ProcessResult operator()(std::vector<std::string> arguments) const;
  /// labctl --lab NAME run arguments… --json -, parsed.
  [[nodiscard]] Json run(std::vector<std::string> arguments) const;
  /// labctl exec HOST -- sh -c SCRIPT; the script must end well.
  void on(const std::string& host, const std::string& script) const;

 private:
  std::string name_;
};

/// Everything of lab `name` that is left on this machine: processes, namespaces, mounts, cgroups, files. Empty after a
/// good `down`.
std::vector<std::string> leftovers(const std::string& name);

}  // namespace labctl::live
